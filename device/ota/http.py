"HTTP GET over one kept-alive connection that never blocks: idle() runs at least every 50 ms (docs/protocol.md §4)."
# ota: -O3
from select import POLLIN, POLLOUT, poll
from socket import getaddrinfo, socket
from time import ticks_add, ticks_diff, ticks_ms


def later(ms):
    "A moment ms from now; at most six days, for ticks wrap."
    return ticks_add(ticks_ms(), ms)


def left(moment):
    "ms until a moment, negative behind it."
    return ticks_diff(moment, ticks_ms())


class Http:
    """url: http://host[:port][/path]; ms: the time that all of it together may take, until is its end. Raises OSError.
    After get(): status, left (bytes of the body still to come), fresh (value of that header)."""

    def __init__(self, url, idle, ms):
        _, _, self.host, self.base = (url + "/").split("/", 3)
        self.idle = idle
        self.sock = None
        self.until = later(ms)

    def wait(self, event):
        "Until the socket is ready. After 60 s of silence, or at the end of the time allowed: ETIMEDOUT."
        end = later(min(60000, left(self.until)))
        self.poll.modify(self.sock, event)
        ready = None
        while not ready:
            ready = self.poll.poll(50)
            self.idle()
            if left(end) <= 0:  # also while bytes trickle in
                raise OSError(110)

    def open(self):
        host = self.host.split(":")
        address = getaddrinfo(host[0], int((host + [80])[1]))[0][-1]
        self.sock = sock = socket()
        sock.setblocking(False)
        self.poll = poll()
        self.poll.register(sock, POLLOUT)
        try:
            sock.connect(address)
        except OSError as e:
            if e.args[0] not in (115, 119):  # EINPROGRESS of lwIP, of ESP-IDF
                raise
        self.wait(POLLOUT)

    def close(self):
        if self.sock:
            self.sock.close()
            self.sock = None

    def do(self, event, call, what):
        "The result of one socket call, once there is one."
        result = None
        while result is None:
            self.wait(event)  # also when there is something: a flood must not outrun the time allowed
            result = call(what)
        if not result:
            raise OSError(104)
        return result

    def line(self):
        "The next line of the answer. Of one longer than 256 bytes the beginning is kept."
        line = part = b""
        while part[-1:] != b"\n":
            part = self.do(POLLIN, self.sock.readline, 63)
            if len(line) < 256:
                line += part
        return line

    def get(self, path):
        "A kept-alive connection that the server has closed meanwhile is opened again, once."
        for last in not self.sock, True:
            try:
                if not self.sock:
                    self.open()
                data = b"GET /%s%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (self.base, path, self.host)
                while data:
                    data = data[self.do(POLLOUT, self.sock.write, data) :]
                line = self.line()
                break
            except OSError:
                self.close()
                if last:
                    raise
        self.status = int(line[9:12])
        self.left, self.fresh = -1, None  # a body without a length is not in this protocol
        while len(line) > 2:
            line = self.line()
            name = line[:15].lower()
            if name == b"content-length:":
                self.left = int(line[15:])
            if name == b"soft-ota-fresh:":
                self.fresh = line[15:].split()

    def into(self, view):
        "The next bytes of the body into a memoryview: how many, 0 at the end."
        n = min(self.left, len(view))
        if n:
            n = self.do(POLLIN, self.sock.readinto, view[:n])
            self.left -= n
        return n

    def body(self):
        "A small body. Of one larger than the largest head the beginning."
        data = bytearray(min(self.left, 1152))
        view = memoryview(data)
        at = 0
        while at < len(data):
            at += self.into(view[at:])
        return bytes(data)
