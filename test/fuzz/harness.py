"Runs inside the VM: throws what lies in /fuzz/cases at the device, one case after the other, and says in /fuzz/out what came of each."
import _fuzz
import board
import guard
import ubinascii
import uos
from board import idle, requests
from ota import client, install
from parsers import lay, on_answer, on_found, on_head, on_manifest, on_path, on_root, told

LAID = "data/anchors", "data/head", "data/manifest", "data/ota.json", "data/enrol"
ONE = {"h": on_head, "r": on_root, "p": on_path, "m": on_manifest, "a": on_answer}


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
    lay("update/journal", data)
    lay("update/" + name, b"")
    lay("update/n1", b"new")
    lay("update/p2", b"old")
    guard.boot()
    return "booted"


def on_update():
    done = told(client.update, idle, True, False)
    if isinstance(done, str):
        return "None " + done
    if done is None:
        return "None " + board.said.split(" ")[2]
    staged = [name for name in sorted(uos.listdir("update")) if name[0] == "n"]
    return "%s %s" % (done, ",".join([name + ":" + install.digest("update/" + name, idle) for name in staged]))


def one(kind):
    board.begin()
    if kind in ONE:
        return ONE[kind](board.pieces[0])
    if kind == "d":
        return on_found()
    if kind == "u":
        return on_update()
    if kind == "s":
        return on_settings(board.pieces[0])
    if kind in "jk":
        return on_journal("commit" if kind == "j" else "undo", board.pieces[0])
    return on_own(LAID[int(kind)], board.pieces.pop(0))


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
    with open("/fuzz/cases", "rb") as f:
        with open("/fuzz/out", "wb") as out:
            while kind := f.read(1).decode():
                board.pieces = [f.read(number(f)) for _ in range(number(f))]
                out.write(watched(kind).encode() + b"\n")
    board.answer()
    board.begin()
