"""HTTP GET over one kept-alive connection that never blocks: idle() runs at least every 50 ms (docs/protocol.md §4). And how a server
is found on the LAN (§7)."""
# ota: -O3
from binascii import hexlify
from select import poll
from socket import getaddrinfo, socket
from time import ticks_add, ticks_diff, ticks_ms

_IN = const(1)  # POLLIN and POLLOUT have the same numbers on every port
_OUT = const(4)


def later(ms):
    "A moment ms from now; at most six days, for ticks wrap."
    return ticks_add(ticks_ms(), ms)


def left(moment):
    "ms until a moment, negative behind it."
    return ticks_diff(moment, ticks_ms())


class Http:
    """url: http://host[:port][/path]; until: the end of the time that all of it together may take. Raises OSError.
    After get(): status, left (bytes of the body still to come), fresh (value of that header)."""

    def __init__(self, url, idle, until):
        _, _, self.host, self.base = (url + "/").split("/", 3)
        self.idle = idle
        self.sock = None
        self.until = until
        self.key = None  # that of name, if requests are to prove who asks (§5)

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
        self.poll.register(sock, _OUT)
        try:
            sock.connect(address)
        except OSError as e:
            if e.args[0] not in (115, 119):  # EINPROGRESS of lwIP, of ESP-IDF
                raise
        self.wait(_OUT)

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
        "The next line of the answer. Of one longer than 256 bytes the beginning is kept; 4 KB are enough for all."
        line = part = b""
        while part[-1:] != b"\n":
            part = self.do(_IN, self.sock.readline, 63)
            self.left -= len(part)
            if self.left < 0:
                raise OSError(90)  # EMSGSIZE
            if len(line) < 256:
                line += part
        return line

    def get(self, path):
        "A kept-alive connection that the server has closed meanwhile is opened again, once."
        if self.key:
            from ota.head import hmac

            path += "" if "?" in path else "?id=" + self.name
            path += "&mac=" + hexlify(hmac(self.key, path.encode())[:16]).decode()
        for last in not self.sock, True:
            try:
                if not self.sock:
                    self.open()
                data = b"GET /%s%s HTTP/1.1\r\nHost: %s\r\n\r\n" % (self.base, path, self.host)
                while data:
                    data = data[self.do(_OUT, self.sock.write, data) :]
                self.left = 4096
                line = self.line()
                break
            except OSError as e:
                self.close()
                from ota.head import refuse

                refuse(last, "no_answer", e.args[0])
        self.status = int(line[9:12])
        size, self.fresh = 0, ()  # a body without a length is not in this protocol
        while len(line) > 2:
            line = self.line()
            name = line[:15].lower()
            if name == b"content-length:":
                size = int(line[15:])
            if name == b"soft-ota-fresh:":
                self.fresh = line[15:].split()
        self.left = max(size, 0)

    def into(self, view):
        "The next bytes of the body into a memoryview: how many, 0 at the end."
        n = min(self.left, len(view))
        if n:
            n = self.do(_IN, self.sock.readinto, view[:n])
            self.left -= n
        return n

    def body(self):
        "A small body. Of one larger than the largest head the beginning."
        data = bytearray(min(self.left, 1152))
        view = memoryview(data)
        at = 0
        while n := self.into(view[at:]):
            at += n
        return bytes(data)


def find(ids, until, idle):
    "The URL of a server whose key is trusted, else of any that answers, None at the end of the time allowed. A lie can only make the update not happen."
    sock = socket(2, 2)  # AF_INET, SOCK_DGRAM
    sock.settimeout(0.05)
    url = None
    while not url and left(until) > 0:
        sock.sendto("soft-ota? 1 " + ids, ("255.255.255.255", 8267))
        again = later(1000)
        while left(again) > 0:
            idle()
            try:
                answer, sender = sock.recvfrom(160)
                magic, _, key, port, path = (answer.decode().split() + [""])[:5]
                if magic == "soft-ota!":
                    url = "http://%s:%d%s" % (sender[0], int(port), path)
                    if key in ids:
                        return url
            except Exception:  # silence, or an answer that makes no sense: both mean to listen on
                pass
    return url
