"Each of the device's parsers, with the bytes of one case: what comes of it, in words."
import board
import guard
import ota
import ubinascii
from board import answer, idle, requests
from ota import client, form, install, trust

Refused, later, Http = client.Refused, client.later, client.Http
client.ticks_ms = board.ticks_ms
ota.forget = lambda *_: None


class Sys:
    "For the guard, which forgets the client; here that has to stay."
    modules = {}

    def print_exception(_):
        pass


guard.look, guard.sys = idle, Sys


def heard(*words):
    board.said = " ".join(map(str, words))


client.print = trust.print = install.print = heard


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
    return told(lambda: form.fine(data.decode()))


def walked(call, *args):
    n = 0
    for _ in call(*args):
        n += 1
    return n


def planned():
    form.manifest("update/n0")
    install.plan("trial\n", "data/manifest", "update/n0", connection(), 0)
    return "planned"


def on_manifest(data):
    "The names that a step of a journal would hold are for the other side to judge."
    lay("update/n0", data)
    lay("update/journal", b"")
    counts = told(walked, install.entries, "update/n0"), told(walked, install.gone, "data/manifest", "update/n0")
    names = []
    done = told(planned)
    with open("update/journal", "rb") as f:
        for line in f:
            words = line.split()
            if words[0][:1] == b"+" and words[1][:5] != b"data/":
                names.append(ubinascii.hexlify(words[1]).decode())
    return "%s %s %s %s" % (done, counts[0], counts[1], ",".join(names))


def answered():
    c = connection()
    c.get("6/head")
    # without a length, or a senseless one, nothing may be taken for a body
    return "%d:%d" % (c.status, len(c.body()))


def staged():
    install.stage(connection(), "update/n7", 5, "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ")
    return "staged"


def on_answer(data):
    answer(data)
    first = told(answered)
    answer(data)
    return "%s %s" % (first, told(staged))


def on_found():
    url = told(form.find, trust.keys(), later(3000), idle, None)
    if not url or url[:4] != "http":
        return "none"
    del requests[:]
    asked = told(lambda: Http(url.rstrip("/"), idle, later(900)).get("6/head?id=1"))
    return "%s %s %s" % (asked, ubinascii.hexlify(url.encode()).decode(), ubinascii.hexlify(b"".join(requests[:1])).decode())
