"Runs inside the VM: throws what lies in /fuzz/cases at the device's parsers, one case after the other, and says in /fuzz/out what came of each."
import sys

import _fuzz
import ubinascii
import uhashlib
import uos

now = 0  # ms: the clock goes on when somebody waits
stream = b""
pieces = []
requests = []
said = ""


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
        return True

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

import guard
import ota
from ota import client, install, trust

Refused, later, Http = client.Refused, client.later, client.Http
client.ticks_ms = ticks_ms
ota.forget = lambda *_: None


class Sys:
    "For the guard, which forgets the client; here that has to stay."
    modules = {}

    def print_exception(_):
        pass


guard.look, guard.sys = idle, Sys


def heard(*words):
    global said
    said = " ".join(map(str, words))


client.print = trust.print = install.print = heard
LAID = "data/anchors", "data/head", "data/manifest", "data/ota.json", "data/enrol"


def lay(path, data):
    with open(path, "wb") as f:
        f.write(data)


def told(call, *args):
    "What comes of it, as one word. What is not among these would be a fault of the device."
    try:
        return call(*args)
    except Refused as e:
        return "refused:" + e.args[0].split(" ")[0][5:]
    except (ValueError, OSError, LookupError, ArithmeticError) as e:
        return "raised:" + type(e).__name__


def connection():
    return Http("http://192.168.1.9:8267", idle, later(60000))


def fitting(data):
    "As if it were proved."
    trust.fits(client.fields(data), "s20", "data/anchors", idle)
    return "fits"


def on_head(data):
    global pieces
    proved = told(trust.doubt, data, "data/anchors", idle)
    return "%s %s" % (proved, told(fitting, data))


def on_root(data):
    lay("update/a", data)
    keys = told(lambda: [bytes(key[1]) for key in trust.anchors("update/a")])
    ok = told(trust.doubt, "update/a", "data/anchors", idle, True)
    if ok is False:  # as follow() does it
        ok = told(trust.doubt, "update/a", "update/a", idle, True)
    says = told(trust.says, "update/a")
    return "%s %s %s" % (ok, says if isinstance(says, str) else "says", keys if isinstance(keys, str) else "keys")


def on_path(data):
    return told(lambda: install.fine(data.decode()))


def walked(call, *args):
    n = 0
    for _ in call(*args):
        n += 1
    return n


def planned():
    install.plan("data/manifest", "update/n0", connection(), True)
    return "planned"


def on_manifest(data):
    "The names that a step of a journal would hold are for the other side to judge."
    lay("update/n0", data)
    counts = told(walked, install.entries, "update/n0"), told(walked, install.gone, "data/manifest", "update/n0")
    names = []
    done = told(planned)
    with open("update/plan", "rb") as f:
        for line in f:
            words = line.split()
            if words[0][:1] in b"+*" and words[1][:5] != b"data/":
                names.append(ubinascii.hexlify(words[1]).decode())
    return "%s %s %s %s" % (done, counts[0], counts[1], ",".join(names))


def answered():
    c = connection()
    c.get("6/head")
    # without a length, or a senseless one, nothing may be taken for a body
    return "%d:%d" % (c.status, len(c.body()))


def staged():
    install.stage(connection(), "update/n7", "5", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ")
    return "staged"


def on_answer(data):
    global pieces, stream
    pieces, stream = [data], b""
    first = told(answered)
    pieces, stream = [data], b""
    return "%s %s" % (first, told(staged))


def on_found():
    url = told(client.find, "a90f9871a242ded9", later(3000), idle)
    if not url:
        return "none"
    del requests[:]
    asked = told(lambda: Http(url.rstrip("/"), idle, later(900)).get("6/head?id=1"))
    return "%s %s %s" % (asked, ubinascii.hexlify(url.encode()).decode(), ubinascii.hexlify(b"".join(requests[:1])).decode())


def on_settings(data):
    lay("data/ota.json", data)
    s = told(client.settings)
    ok = isinstance(s, str) or isinstance(s[0], str) and 0 <= s[1] <= 3600 and isinstance(s[2], str)
    return "settings" if ok else "wrong:" + repr(s)


def on_own(path, data):
    "A damaged file of the device's own: it asks all the same, or says why not."
    lay(path, data)
    del requests[:]
    done = told(client.update, idle, True, False)
    return "%s %s" % (done, ubinascii.hexlify(b"".join(requests[:1])).decode())


def on_journal(name, data):
    lay("update/" + name, data)
    lay("update/n1", b"new")
    lay("update/p2", b"old")
    guard.boot()
    return "booted"


def on_update():
    done = told(client.update, idle, True, False)
    if done is None:
        return "None " + said.split(" ")[2]
    staged = [name for name in sorted(uos.listdir("update")) if name[0] == "n"]
    return "%s %s" % (done, ",".join([name + ":" + install.digest("update/" + name, idle) for name in staged]))


ONE = {"h": on_head, "r": on_root, "p": on_path, "m": on_manifest, "a": on_answer}


def one(kind):
    global stream, said
    stream, said = b"", "- - -"
    del requests[:]
    if kind in ONE:
        return ONE[kind](pieces[0])
    if kind == "d":
        return on_found()
    if kind == "u":
        return on_update()
    if kind == "s":
        return on_settings(pieces[0])
    if kind in "jk":
        return on_journal("journal" if kind == "j" else "undo", pieces[0])
    return on_own(LAID[int(kind)], pieces.pop(0))


def watched(kind):
    "The files of the device's own are laid by whoever asks, and a journal goes where it says."
    own = kind in "sjk0123456789"
    _fuzz.watch(not own)
    word = str(one(kind))
    _fuzz.watch(False)
    place = _fuzz.outside()
    if own or kind == "u":
        _fuzz.lay()
    return word + (" OUTSIDE:" + place if place else "")


def number(f):
    return int.from_bytes(f.read(3), "little")


def run():
    global pieces, stream, said
    with open("/fuzz/cases", "rb") as f:
        with open("/fuzz/out", "wb") as out:
            while kind := f.read(1).decode():
                pieces = [f.read(number(f)) for _ in range(number(f))]
                out.write(watched(kind).encode() + b"\n")
    pieces, stream, said = [], b"", ""
    del requests[:]
