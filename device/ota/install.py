"""The files of a set: are they as the installed manifest says, and from a trusted head to a committed update. The set in use is not
touched: what differs is staged in update/, and the journal there is the commit (docs/protocol.md §3, §8)."""
# ota: -O3
import os
import sys
from binascii import a2b_base64

from ota.client import Refused, base64, hexlify, kept, later, left, read, refuse, sha256

view = memoryview(bytearray(512))  # the one buffer: everything streams through it


def there(path, what=0x8000):
    "Is there a file? With 0x4000: a folder?"
    try:
        return os.stat(path)[0] & what
    except OSError:
        return 0


def fine(path):
    """True for a path that a release may name. FAT ignores case and final dots, so the device's own rooms are its own in any case; and
    boot.mpy would take the guard away as its twin."""
    path = "/%s/" % path.lower()
    for c in path:
        if not (c.isalpha() or c.isdigit() or c in "._-+@~(),/"):
            return False
    own = "boot.py", "boot.mpy", "data", "rescue", "update"
    return len(path) <= 62 and path.split("/")[1] not in own and not ("//" in path or "./" in path)


def entries(path):
    """[path, size, hash in base64] of each line, one line in memory at a time: a thousand need no more than ten. What stands
    behind these is for later versions."""
    if there(path):
        for line in open(path):
            entry = line.split()[:3]
            refuse(not fine(entry[0]), "manifest_invalid", entry[0])
            yield entry


def gone(old, new):
    "The paths of the old manifest that the new one has not. Both are sorted."
    news, path = entries(new), ""
    for was in entries(old):
        if path < was[0]:
            for path, _, _ in news:
                if path >= was[0]:
                    break
        if path != was[0]:
            yield was[0]


def digest(path, idle):
    "SHA-256 of a file as it is on flash, in base64; empty when there is no file, but a folder, say."
    if not there(path):
        return ""
    h = sha256()
    f = open(path, "rb")
    while n := f.readinto(view):
        h.update(view[:n])
        idle()
    f.close()
    return base64(h.digest())


def twin(entry):
    "The .py that would be loaded in place of this .mpy, 0 when there is none."
    source = entry[0][:-3] + "py"
    return entry[0].endswith(".mpy") and there(source) and source


def check(idle):
    "Is a file not as the installed manifest says? And the tree digest, empty when that manifest is not the signed one."
    refuse(there("update/journal") or there("update/undo"), "unfinished")  # that is the guard's
    there("update", 0x4000) or os.mkdir("update")
    if not there("update/trial"):
        for name in os.listdir("update"):  # left by an update that was cut off before its commit, or by one that is over
            if name not in ("safe", "f1", "f2"):
                clear("update/" + name)
    damaged, every = False, sha256()
    if (digest("data/manifest", idle) or "-") not in kept()[1]:
        return True, ""
    for entry in entries("data/manifest"):
        have = digest(entry[0], idle)
        every.update(have)
        damaged = damaged or have != entry[2] or twin(entry)
    return damaged, hexlify(every.digest()[:8]).decode()


def clear(path):
    "Removes a file, or a folder with all that is in it."
    try:
        os.remove(path)
    except OSError:
        for name in os.listdir(path):
            clear(path + "/" + name)
        os.rmdir(path)


def install(http, head, h, tree, anchors=None):
    """Stages all that differs and commits it. True if code that is loaded changes. tree: empty if the old manifest is not to be trusted.
    anchors: a new root file in update/, None when trust stays as it is."""
    refuse(there("update/trial"), "on_trial")  # what was before has to stay until that is confirmed
    fit(int(h["set"].split(" ")[2]), 2)
    http.until = later(60000)
    size, want = h["manifest"].split(" ")
    new = "data/manifest"
    if digest(new, http.idle) != want:
        new = "update/n0"
        stage(http, new, size, want)
    for name in "n1", "p2":
        with open("update/" + name, "wb") as f:
            f.write(head)
        refuse(read("update/" + name) != head, "blob_damaged", name)
    if anchors:
        os.rename(anchors, "update/n3")
    old = tree and "data/manifest"
    try:
        plan(old, new, http, kept()[0] != int(h["release"]))  # a repair, and a head that was only signed anew, need no trial
        reset = fetch(http)
    except Refused:
        if "inplace" not in h:
            raise
        reset = plan(old, new, http, False, True)
    if there("data/error"):
        os.remove("data/error")  # it was told with the question that has led here
    print("ota: installed release=" + h["release"])
    os.rename("update/plan", "update/journal")  # the commit
    return reset


def fit(blocks, what):
    "what: 2 all of the flash, 3 what is free of it. In blocks of 4096 bytes: a file of one byte takes one."
    s = os.statvfs("/")
    have = s[1] * s[what] // 4096
    refuse(blocks > have, "set_too_big", blocks, have)


def plan(old, new, http, trial, inplace=False):
    """Writes the plan, and gives the time that it takes: a second for each KB. All of it has to fit on the flash. inplace: where it does not,
    and the owner accepts it, what differs goes, and is fetched like damaged files at the next boot. True then."""
    count, blocks = 4, 2
    with open("update/plan", "w") as f:
        # The guard passes over those that have no n file. p2 is for an undo: then the head was a bad one. Without a trial there is no undo.
        f.write("soft-ota 1%s\n+0 data/manifest\n+1 data/head\n+2 data/bad\n!3 data/anchors\n" % ("" if trial else " inplace"))
        for sign, what, size in changes(old, new, http.idle):
            if not inplace or not what.startswith("data/"):
                f.write("%s%d %s\n" % ("-" if inplace else sign, count, what))
            count += 1
            blocks += (size + 4095) // 4096
            http.until = later(left(http.until) + size)
    inplace or fit(blocks, 3)
    return inplace


def changes(old, new, idle):
    """(sign, path and what else is in its line of the journal, bytes of flash): first what goes, then what is to be fetched, and the
    settings, of which fetch() lays a copy aside for an undo."""
    for name in os.listdir("data"):
        path = "data/" + name
        if name == "bad":
            yield "-", path, 0
        elif name.endswith(".json"):
            yield "+", path, 4096
    for paths in gone(old, new), map(twin, entries(new)):
        for path in paths:
            if path:
                yield "-", path, 0
    last = ""
    for entry in entries(new):
        path = entry[0]
        if digest(path, idle) != entry[2]:
            for i in range(len(path)):
                if path[i] == "/" and path[: i + 1] != last[: i + 1] and not there(path[:i], 0x4000):
                    yield "-", path[:i], 8192  # a new folder takes two blocks, and a file may be in its way
            last = path
            yield "+" if there(path) else "*", " ".join(entry), int(entry[1]) + 1  # an empty file takes a block, too


def fetch(http):
    "Stages what the plan wants. True if code that is loaded changes; modules of the client are dropped and do not count."
    reset = False
    f = open("update/plan")
    refuse(not f.readline().startswith("soft-ota 1"), "blob_damaged", "plan")
    for line in f:
        step, path, *blob = line.split()
        name = path.split(".")[0].replace("/__init__", "").replace("/", ".")
        reset = reset or name == "main" or name in sys.modules and not name.startswith("ota.")
        if blob:
            stage(http, "update/n" + step[1:], *blob)
            print("ota: file path=%s size=%s" % (path, blob[0]))
        elif path.endswith(".json") and name.startswith("data."):
            with open(path, "rb") as g:
                pour(g.readinto, "update/p" + step[1:], digest(path, int), int)
    return reset


def stage(http, path, size, want):
    "Fetches a blob."
    http.get("blobs/" + hexlify(a2b_base64(want + "=")).decode())
    refuse(http.status != 200 or http.left != int(size), "blob_unknown", http.status, want)
    pour(http.into, path, want, http.idle)


def pour(into, path, want, idle):
    "Streams what into(view) gives into a file and reads it back: both must have the hash that is wanted."
    h = sha256()
    with open(path, "wb") as f:
        while n := into(view):
            h.update(view[:n])
            f.write(view[:n])
    refuse(not base64(h.digest()) == want == digest(path, idle), "blob_damaged", want)


def follow(http, path):
    """How trust has changed: one root file after the other, each proved by the one before and by itself (docs/protocol.md §10).
    Where the newest root file lies to which this one leads: in update/, or path itself."""
    from ota.trust import doubt, says

    there("update", 0x4000) or os.mkdir("update")
    while True:
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
        for trust in old, path:
            code = doubt(path, trust, http.idle, True)
            refuse(code, code)
        found = says(path)
        refuse(found[0] != version + 1, "root_version", found[0], version)
        refuse(found[1] < epoch, "epoch_wrong", found[1], epoch)
        http.until = later(15000)  # no stranger can prolong it so
