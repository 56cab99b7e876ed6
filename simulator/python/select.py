# poll() over the sockets of this board: it waits, it never spins.
import _hw

POLLIN = 1
POLLOUT = 4
POLLERR = 8
POLLHUP = 16


class poll:
    def __init__(self):
        self.p = _hw.poll_new()
        self.o = {}

    def register(self, obj, events=5):
        self.o[obj.i] = obj
        _hw.poll_set(self.p, obj.i, events)

    def modify(self, obj, events):
        if obj.i not in self.o:
            raise OSError(2)
        _hw.poll_set(self.p, obj.i, events)

    def unregister(self, obj):
        for i in self.o:
            if self.o[i] is obj:
                _hw.poll_drop(self.p, i)
                del self.o[i]
                return
        raise KeyError(obj)

    def poll(self, timeout=-1):
        return list(self.ipoll(timeout))

    def ipoll(self, timeout=-1, flags=0):
        n = _hw.poll_wait(self.p, -1 if timeout is None else int(timeout))
        for k in range(n):
            i = _hw.poll_id(self.p, k)
            yield self.o[i], _hw.poll_events(self.p, k)
