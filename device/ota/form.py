"""What is needed for a moment: the settings, what a question tells, where a server is; whether what comes is of the form that docs/protocol.md
says, to the letter; how trust changes. Strict is for what comes, never for what is installed: a laxer client may have taken that, and a
board that refused it could not be mended any more."""
# ota: -O3
import sys
from binascii import a2b_base64, hexlify, unhexlify

from ota.client import base64, fields, kept, later, left, read, refuse, socket, there, watched

_STEPS = const(8)  # root files in one boot


def settings():
    "(server, wait, board) of data/ota.json. What makes no sense there is as if it were missing."
    import json

    try:
        server, wait, board = map(json.loads(read("data/ota.json")).get, ("server", "wait", "board"))
    except Exception:  # whatever stands there instead of JSON
        server = wait = board = None
    if not isinstance(wait, int) or not 0 <= wait <= 3600:
        wait = 15
    return str(server), wait, board if isinstance(board, str) else ""


def report():
    "What this board has to tell of a release that failed, as fields of the question; once the readers have been tried."
    tried()
    bad, error, said = kept("data/bad")[0], read("data/error", 200), ""
    if bad:
        said = "&bad=%d" % bad
    if error:
        said += "&error=%" + hexlify(error, b"%").decode()
        if error[:5] == b"code=":
            said += "&said=" + error.split()[0][5:].decode()
    if sys.path[0] == "rescue":
        return said + "&state=safe"
    return said + "&state=trial" if there("update/trial") else said


def tried():
    """A trial looks at what is installed as at what comes, and so does a client that was not heard yet: what it refuses wrongly, its own release
    does not survive. Here, where nothing else is in memory."""
    if kept()[0] and (there("update/trial") or there("update/f2") and not watched()):
        head(read("data/head"))
        manifest("data/manifest")
        refuse(not root("data/anchors"), "root_invalid")


def number(text):
    "Is it a whole number as docs/protocol.md writes it: decimal, without sign, blanks or leading zeros, of 32 bits?"
    return text.isdigit() and str(int(text)) == text and int(text) >> 32 == 0


def fine(path):
    """True for a path that a release may name. FAT ignores case and final dots, so the device's own rooms are its own in any case; and
    boot.mpy would take the guard away as its twin."""
    path = "/%s/" % path.lower()
    for c in path:
        if not (c.isalpha() or c.isdigit() or c in "._-+@~(),/"):
            return False
    own = "boot.py", "boot.mpy", "data", "rescue", "update"
    return len(path) <= 62 and path.split("/")[1] not in own and not ("//" in path or "./" in path)


def head(head):
    "Refused unless a head that has come is as docs/protocol.md §2 says."
    try:
        h, text = fields(head), head[: head.find(b"\n\n")]
        size, name = h["manifest"].split(" ")
        total, python, boards = h["set"].split(" "), h["python"].split("."), h["boards"].split(" ")
        may = [h.get(key, "1") for key in ("root", "downgrade", "inplace", "expires")]
        words = [h["release"], h["abi"]] + may + total + python + [size, h["epoch"], h["created"]]
        good = all(map(number, words)) and "0" not in words[:5] and may[2] == "1" and len(total) == 3 and 1 < len(python) < 4
        good = good and len(h) == text.count(b"\n") + 1 and base64(a2b_base64(name + "=")) == name
        good = good and all(0 < len(board) < 65 and "/" not in board and (board != "*" or len(boards) == 1) for board in boards)
        good = good and all(31 < c < 127 or c == 10 for c in text) and (len(head) <= 640 or len(head) - len(text) != 258)
    except (LookupError, ValueError):
        good = False
    refuse(not good, "head_invalid")


def manifest(path):
    """Refused unless a manifest that has come is of the form of docs/protocol.md §3, as far as a line shows it: what two lines show together
    (twins, a file that is a folder) is for who signs it."""
    last = ""
    for line in open(path):
        words = line[:-1].split(" ")
        name, size, want = words[:3] if len(words) > 2 else ("", "", "")
        good = line[-1] == "\n" and len(line) <= 240 and last < name and fine(name) and number(size)
        try:
            good = good and base64(a2b_base64(want + "=")) == want
        except ValueError:
            good = False
        for field in words[3:]:
            good = good and field.find("=") > 0 and all(" " < c <= "~" for c in field)
        refuse(not good, "manifest_invalid", name)
        last = name


def find(ids, until, idle, why):
    """The URL of a server whose key is trusted. Without an address in the settings any that answers will do, if no better one does: a lying answer
    can only make the update not happen. ids: of the trusted keys; why: what has come of the address that is there, None without one."""
    url = None
    sock = socket(2, 2)  # AF_INET, SOCK_DGRAM
    sock.settimeout(0.05)
    while not url and left(until) > 0:
        try:
            sock.sendto("soft-ota? 1 " + ids, ("255.255.255.255", 8267))
        except OSError:  # no route yet, or no more
            pass
        again = later(1000)
        while left(again) > 0:
            idle()
            try:
                answer, sender = sock.recvfrom(160)
                magic, _, key, port, path = (answer.decode().split() + [""])[:5]
                if magic == "soft-ota!" and 0 < int(port) < 65536:
                    found = "http://%s:%d%s" % (sender[0], int(port), path)
                    if key in ids.split(","):
                        return found
                    url = found if why is None else None
            except Exception:  # silence, or an answer that makes no sense: both mean to listen on
                pass
    sock.close()
    refuse(not url, "no_server" if why is None else "no_answer", why)
    return url


def root(path):
    "Is a root file that has come as docs/protocol.md §10 says? That its key ids are those of its keys is left to who makes it."
    roots, heads, ids = 0, 0, []
    try:
        with open(path) as f:
            f.readline()
            for name in "version ", "epoch ", "threshold ":
                line = f.readline()
                least = line[len(name) : -1]
                if not (line.startswith(name) and number(least)):
                    return False
            while len(line := f.readline()) > 1:
                role, key, e = line[:-1].split(" ")
                n = f.readline()[:-1]
                if role not in ("root", "release", "both") or e != "65537" or key in ids or hexlify(unhexlify(n)).decode() != n:
                    return False
                if len(n) < 512 or n[0] < "8" and len(n) == 512 or n[:2] == "00":
                    return False
                ids.append(key)
                roots += role != "release"
                heads += role != "root"
        return line == "\n" and roots > 0 and heads >= int(least) > 0
    except ValueError:
        return False


def adopt(path, idle):
    "Commits to a root file without a release: a board that is many changes behind gets there in several boots."
    refuse(there("update/trial"), "on_trial")  # its journal is the way back
    from ota.install import commit, keep

    line = keep(path, idle)
    with open("update/journal", "w") as f:
        f.write("soft-ota 2 signed\n" + line)
    commit()


def follow(http, path):
    """How trust has changed: one root file after the other, each proved by the one before and by itself (docs/protocol.md §10), as long as the
    question may last, and so many in a boot. Where the newest root file lies to which this one leads: in update/, or path itself."""
    from ota.install import folder, room, view
    from ota.trust import doubt, says

    room(4)
    folder()
    for _ in range(_STEPS):
        version, epoch, _ = says(path)
        http.get("root/%d" % (version + 1))
        if http.status != 200:
            http.close()  # the page that says so may be long
            return path
        refuse(not 0 < http.left <= 4096, "root_invalid", http.left)
        old, path = path, "update/a" if version & 1 else "update/b"
        with open(path, "wb") as f:
            while n := http.into(view):
                f.write(view[:n])
        refuse(not root(path), "root_invalid")
        for trust in old, path:
            code = doubt(path, trust, http.idle, True)
            refuse(code, code)
        found = says(path)
        refuse(found[0] != version + 1, "root_version", found[0], version)
        refuse(found[1] < epoch, "epoch_wrong", found[1], epoch)
    adopt(path, http.idle)
    refuse(True, "root_behind", version + 1)
