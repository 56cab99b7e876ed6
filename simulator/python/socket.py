# Sockets as in modlwip. The bytes go through a device file, everything else is in _hw.
import _hw

AF_INET = 2
SOCK_STREAM = 1
SOCK_DGRAM = 2
IPPROTO_TCP = 6
IPPROTO_UDP = 17
SOL_SOCKET = 1
SO_REUSEADDR = 4
SO_BROADCAST = 32
IPPROTO_IP = 0
IP_ADD_MEMBERSHIP = 1024
TCP_NODELAY = 1


def _check(code):
    if code < 0:
        raise OSError(-code)
    return code


def _nothing(code):
    # streams give None where recv and send raise EAGAIN
    return code == -11 or _check(code) < 0


def getaddrinfo(host, port, *_):
    if host in ('', '0.0.0.0'):
        ip = '0.0.0.0'
    else:
        ip = _hw.lookup(host)
        if not ip:
            raise OSError(-2)
    return [(AF_INET, SOCK_STREAM, 0, '', (ip, port))]


class socket:
    def __init__(self, af=2, kind=1, proto=0, *, _id=-1):
        self.i = i = _check(_hw.socket(kind)) if _id < 0 else _id
        self.f = open(_hw.file(i), 'r+b')

    def connect(self, address):
        _check(_hw.connect(self.i, address[0], address[1]))

    def bind(self, address):
        _check(_hw.bind(self.i, address[0], address[1]))

    def listen(self, backlog=2):
        _check(_hw.listen(self.i, backlog))

    def accept(self):
        i = _check(_hw.accept(self.i))
        return socket(_id=i), (_hw.peer_ip(i), _hw.peer_port(i))

    def recv(self, n):
        _check(_hw.wait_read(self.i, 1))
        _hw.once(self.i)
        return self.f.read(n)

    def recvfrom(self, n):
        data = self.recv(n)
        return data, (_hw.peer_ip(self.i), _hw.peer_port(self.i))

    def read(self, n=-1):
        if _nothing(_hw.wait_read(self.i, n)):
            return None
        return self.f.read(n)

    def readinto(self, buf, n=-1):
        if n < 0:
            n = len(buf)
        if _nothing(_hw.wait_read(self.i, n)):
            return None
        return self.f.readinto(buf, n)

    def readline(self, n=-1):
        if _nothing(_hw.wait_line(self.i)):
            return None
        return self.f.readline(n)

    def send(self, data):
        _check(_hw.wait_write(self.i))
        _hw.once(self.i)
        return self.f.write(data)

    def write(self, data):
        if _nothing(_hw.wait_write(self.i)):
            return None
        return self.f.write(data)

    def sendto(self, data, address):
        _check(_hw.target(self.i, address[0], address[1]))
        return self.f.write(data)

    def settimeout(self, seconds):
        _hw.set_timeout(self.i, -1 if seconds is None else int(seconds * 1000))

    def setblocking(self, flag):
        _hw.set_timeout(self.i, -1 if flag else 0)

    def setsockopt(self, level, option, value):
        pass

    def makefile(self, mode='rb', buffering=0):
        return self

    def close(self):
        if self.i >= 0:
            self.f.close()
            _hw.shut(self.i)
            self.i = -1
