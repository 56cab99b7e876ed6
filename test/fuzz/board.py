"What a bare VM has not: the clock, the flash and the network of a board. Its answers are the pieces of a case."
import sys

import ubinascii
import uhashlib
import uos

now = 0  # ms: the clock goes on when somebody waits
stream = b""
pieces = []
requests = []
said = ""  # the last words of the client


def idle():
    pass


def ticks_ms():
    global now
    now += 1
    return now


class Os:
    stat, remove, rename, mkdir, rmdir, listdir = uos.stat, uos.remove, uos.rename, uos.mkdir, uos.rmdir, uos.listdir

    def statvfs(_):
        return 4096, 4096, 99, 50

    def urandom(n):
        return bytes(range(n))


class Socket:
    "Gives what there is, some bytes at a time, then what a closed connection gives."

    def __init__(self, *_):
        self.calls = 0

    def nothing(self, *_):
        pass

    setblocking = settimeout = connect = sendto = close = register = modify = nothing

    def poll(self, ms):
        return [(self, 4)]

    def write(self, data):
        if not requests:  # the first is enough
            requests.append(bytes(data))
        if not stream and pieces:
            self.fill(pieces.pop(0))
        return len(data)

    def fill(self, data):
        global stream
        stream = data

    def take(self, n):
        global stream
        self.calls += 1
        if stream and self.calls % 5 == 0:
            return None
        data, stream = stream[:n], stream[n:]
        return data

    def readline(self, n):
        return self.take(min(n, (stream.find(b"\n") + 1) or n))

    def readinto(self, view):
        data = self.take(min(len(view), 200))
        if data is not None:
            view[: len(data)] = data
            return len(data)

    def recvfrom(self, n):
        global now
        if pieces:
            return pieces.pop(0)[:n], ("192.168.1.9", 8267)
        now += 50
        raise OSError(110)


def getaddrinfo(host, port):
    return [(2, 1, 0, "", (host, port))]


class Fake:
    "The modules of a board that a bare VM has not."
    socket, poll, getaddrinfo = Socket, Socket, getaddrinfo

    def unique_id():
        return b"\1\2\3\4"

    start = idle

    def wait(*_):
        return True

    RTC = Timer = reset = None


sys.modules.update({"os": Os, "binascii": ubinascii, "hashlib": uhashlib, "machine": Fake, "socket": Fake, "select": Fake, "net": Fake})


def begin():
    "Another case: nothing of the one before is left. The client forgets net when it has joined."
    global stream, said
    stream, said = b"", "- - -"
    del requests[:]
    sys.modules["net"] = Fake


def answer(*answers):
    global stream, pieces
    stream, pieces = b"", list(answers)
