"""From the settings to a committed update, and what every part of the client needs: refusing, small files, the lines of a head, hashes,
HTTP. Trust and installing are loaded for their step alone and dropped, so that memory is never asked for all."""
# ota: -O3
import os
import sys
from binascii import b2a_base64, hexlify, unhexlify
from hashlib import sha256
from select import poll
from socket import getaddrinfo, socket
from time import ticks_add, ticks_diff, ticks_ms

from machine import unique_id

import ota

mpy = getattr(sys.implementation, "_mpy", 0) or sys.implementation.mpy  # it had another name before MicroPython 1.19
version = sys.implementation.version  # of MicroPython
_IN = const(1)  # POLLIN and POLLOUT have the same numbers on every port
_OUT = const(4)


class Refused(Exception):
    pass


def refuse(wrong, code, theirs="", ours=""):
    "theirs: what the release or the server says, ours: what this board has."
    if wrong:
        raise Refused("code=%s theirs=%s ours=%s" % (code, theirs, ours))


def read(path, more=-1):
    "A small file of the device's own, no more of it than so many bytes; empty when there is none. (One name more would cost 2 KB.)"
    try:
        return open(path, "rb").read(more)
    except OSError:
        return b""


def there(path, what=0x8000):
    "Is there a file? With 0x4000: a folder?"
    try:
        return os.stat(path)[0] & what
    except OSError:
        return 0


def watched():
    "A release is on trial, or this is the client beside the guard: then failures are counted elsewhere."
    return there("update/trial") or there("update/safe") or sys.path[0] == "rescue"


marks = []


def mark():
    """Before what the trial of this client did not try: should it hang there twice, the client beside the guard asks first from then on. The
    mark goes at every end that is the client's own, but for a refusal of news, which may be a fault of it. A trial lays one that nobody
    reads, so that it has tried this, too."""
    if not marks:
        marks.append(1)
        ota.lay("update/" + ("q" if watched() else "f2" if there("update/f1") else "f1"))


def ended():
    for n in "12"[: 1 + (ota.heard is True)]:
        if there("update/f" + n) and not watched():
            os.remove("update/f" + n)


def fields(head):
    "The lines of a head as {name: value}. Signed or not: the caller knows."
    h = {}
    for line in head[: head.find(b"\n\n")].decode().split("\n"):
        name, h[name] = line.split(" ", 1)
    return h


def kept(path="data/head"):
    "Release and manifest of the installed head, nothing is said of its signature; 0 when there is none that can be read."
    try:
        h = fields(read(path))
        return int(h["release"]), h["manifest"]
    except (KeyError, ValueError):
        return 0, ""


def base64(data):
    return b2a_base64(data)[:43].decode()


def hmac(key, data):
    "HMAC-SHA256 (RFC 2104) for a key of 32 bytes."
    for pad in 0x36, 0x5C:
        k = bytearray(key + bytes(32))
        for i in range(len(k)):  # a key of another length is nobody's
            k[i] ^= pad
        data = sha256(k + data).digest()
    return data


def later(ms):
    "A moment ms from now; at most six days, for ticks wrap."
    return ticks_add(ticks_ms(), ms)


def left(until):
    "ms until a moment, negative behind it."
    return ticks_diff(until, ticks_ms())


class Http:
    """HTTP GET over one kept-alive connection that never blocks: idle() runs at least every 50 ms (docs/protocol.md §4).
    url: http://host[:port][/path]; until: the end of the time that all of it together may take. Raises OSError.
    name, key: how this board is enrolled (§5); key is None where nobody is to be told who asks.
    After get(): status, left (bytes of the body still to come), fresh (value of that header)."""

    def __init__(self, url, idle, until):
        _, _, self.host, self.base = (url.rstrip("/") + "/").split("/", 3)
        self.idle = idle
        self.sock = self.key = None
        self.until = until
        try:
            name, key = read("data/enrol").split()
            int(name, 16)  # hex digits, or it would not be fit for a URL
            self.key = unhexlify(key)
        except ValueError:  # not enrolled: no answer can be right
            name = hexlify(unique_id())
        self.name = name.decode()

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
        return ready

    def open(self):
        host = self.host.split(":")
        address = getaddrinfo(host[0], int((host + [80])[1]))[0][-1]
        self.sock = sock = socket()
        sock.setblocking(False)
        self.poll = poll()
        self.poll.register(sock)
        try:
            sock.connect(address)
        except OSError as e:
            if e.args[0] not in (115, 119):  # EINPROGRESS of lwIP, of ESP-IDF
                raise
        if self.wait(_OUT)[0][1] & 24:  # POLLERR, POLLHUP: refused, or no way there
            raise OSError(111)

    def close(self):
        if self.sock:
            self.sock.close()
            self.sock = None

    def do(self, event, call, data):
        "The result of one socket call, once there is one."
        result = None
        while result is None:
            self.wait(event)  # also when there is something: a flood must not outrun the time allowed
            result = call(data)
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

    def get(self, path, more=""):
        "more: what is said only by who can prove it. A server that knows another key of ours (403) is asked once more, as by a stranger."
        if self.key:
            said = path + (more or "?id=" + self.name)
            self.ask(said + "&mac=" + hexlify(hmac(self.key, said.encode())[:16]).decode())
            if self.status != 403:
                return
            self.close()
            self.key = None
        self.ask(path)

    def ask(self, path):
        "A kept-alive connection that the server has closed meanwhile is opened again, once."
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
                refuse(last, "no_answer", e.args[0])
        self.status, self.fresh, size = 0, (), -1
        try:
            self.status = int(line[9:12])
            while len(line) > 2:
                line = self.line()
                name = line[:15].lower()
                if name == b"content-length:":
                    size = int(line[15:])
                if name == b"soft-ota-fresh:":
                    self.fresh = line[15:].split()
        except ValueError:  # no HTTP
            pass
        refuse(size < 0, "answer", self.status)  # what has none is not in this protocol
        self.left = size

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


def reach(server, until, idle):
    """The server of the settings, as far as one answers there within half of the time; else, and without one, it is looked for: a server moves,
    and its board must find it."""
    why = None
    if server.startswith("http://"):
        half = left(until) // 2
        http = Http(server, idle, later(half))
        try:
            http.open()
            http.until = until
            return http
        except (OSError, ValueError) as e:
            http.close()
            why, until = e.args[0], later(half)
    ids = keys()
    ota.forget("ota.trust")  # at night the plug is in memory, too: never more than one of them
    server = find(ids, until, idle, why)
    ota.forget("ota.form")
    return Http(server, idle, until)


def keys():
    from ota.trust import keys

    return keys()


def find(*what):
    from ota.form import find

    return find(*what)


def ask(http, board, tree, keys, more):
    """The head as it comes, and whether the answer was made just now. tree: digest of the files, keys: the ids that are trusted, more: other fields
    of the question; each may be empty."""
    said = mpy & 255, http.name, kept()[0], keys, board, tree, mpy
    said = "%d/head?id=%s&have=%s&key=%s&board=%s&tree=%s&mpy=%d&fw=%d.%d.%d" % (said + version[:3]) + more
    nonce = hexlify(os.urandom(8))
    http.get(said, "&nonce=" + nonce.decode())
    head = http.body()
    if http.status != 200:
        ota.heard = http.status == 409  # it has understood, and holds back a release that this board has undone, say (§6)
        raise Refused("code=answer theirs=%d msg=%s" % (http.status, str(head)[2:-1]))
    t = http.fresh
    if http.key and len(t) == 2 and base64(hmac(http.key, nonce + b" " + t[0] + b" " + sha256(head).digest())).encode() == t[1]:
        ota.time = int(t[0]), ticks_ms()
        return head, True
    http.key = None  # nobody here needs to know who asks for blobs
    return head, False


def update(idle, always, only):
    """only: True if a release waits that this board would take. Else None, or for a committed update: True when it
    asks for a reset."""
    try:
        result = steps(idle, always, only)
    except (Refused, OSError) as e:  # any other is a fault of its own
        result, words = None, e.args[0] if isinstance(e, Refused) else "code=failed msg=%r" % e
        news = ota.result == "news"
        ota.result = words.split()[0][5:]
        print("ota: refused", words)
        if ota.heard and read("data/error", 5) in (b"", b"code="):
            ota.lay("data/error", words)  # for the next question
        if news:  # the mark stays, for this verdict may be wrong
            return
    if result is None or only:
        ended()
    return result


def steps(idle, always, only):
    "What each step needs is loaded by a function of its own: what a frame has held stays in memory as long as that."
    server, wait, board, more = settings()
    ota.forget("ota.form")
    if not (wait or always or there("update/trial") or there("update/f2")):  # the last two: this client has to show that it can ask
        return
    watched() and mark()
    until = later((wait or 15) * 1000)
    damaged, tree = (False, "") if only else joined(until, idle)
    http = reach(server, until, idle)
    try:
        new, *wanted = judge(http, board, tree, more)
        ota.forget("ota.trust")
        ota.result = "news" if new else "current"
        if only:
            return new
        if damaged or new:
            mark()
            from ota.install import install

            return install(http, damaged, *wanted)
    finally:
        http.close()


def settings():
    from ota.form import report, settings

    return settings() + (report(),)


def joined(until, idle):
    "The files are checked while Wi-Fi joins."
    import net

    net.start()
    result = check(idle)
    ota.forget("ota.install")  # until it is known that there is something to do
    refuse(not net.wait(left(until), idle), "no_wifi")
    ota.forget("net")  # RSA needs the room
    return result


def check(idle):
    from ota.install import check

    return check(idle)


def judge(*what):
    from ota.trust import judge

    return judge(*what)
