"""The files of a set: are they as the installed manifest says, and from a trusted head to a committed update. The set in use is not
touched: what differs is staged in update/, and the journal there is the commit (docs/protocol.md §3, §8)."""
# ota: -O3
import os
import sys
from binascii import a2b_base64

import ota
from ota.client import base64, hexlify, kept, later, left, mark, read, refuse, sha256, there

view = memoryview(bytearray(512))  # the one buffer: everything streams through it


def entries(path):
    """[path, size, hash in base64] of each line, one line in memory at a time: a thousand need no more than ten. What stands
    behind these is for later versions. Nothing is refused here: the installed manifest may come from a client that was less strict."""
    if there(path):
        for line in open(path):
            yield line.split()[:3]


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
    return entry[0].endswith(".mpy") and source.lower() != "boot.py" and there(source) and source


def check(idle):
    "Is a file not as the installed manifest says? And the tree digest, empty when that manifest is not the signed one."
    refuse(there("update/commit") or there("update/undo"), "unfinished")  # that is the guard's
    if there("update", 0x4000) and not there("update/trial"):
        for name in os.listdir("update"):  # left by an update that was cut off before its commit
            if name not in ("safe", "f1", "f2"):
                mark()
                clear("update/" + name)
    damaged, every = False, sha256()
    if (digest("data/manifest", idle) or "-") not in kept()[1]:
        return True, ""
    for entry in entries("data/manifest"):
        have = digest(entry[0], idle)
        every.update(have)
        damaged = damaged or have != entry[2] or twin(entry)
    return damaged, hexlify(every.digest()[:8]).decode()


def seen(path, idle):
    return digest(path, idle) or "-"


def clear(path):
    "Removes a file, or a folder with all that is in it."
    try:
        os.remove(path)
    except OSError:
        for name in os.listdir(path):
            clear(path + "/" + name)
        os.rmdir(path)


def free():
    """Blocks of 4096 bytes that are free. littlefs counts each folder twice: of those, the ones that the installed manifest names are taken back,
    and four that every board has."""
    s = os.statvfs("/")
    folders = set()
    for entry in entries("data/manifest"):
        folders.add(entry[0][: entry[0].rfind("/") + 1])
    return s[1] * s[3] // 4096 + 2 * len(folders) + 6


def room(blocks):
    have = free()
    refuse(blocks > have, "set_too_big", blocks, have)


def folder():
    there("update", 0x4000) or os.mkdir("update")


def install(http, damaged, head, h, tree, anchors=None):
    """Stages all that differs and commits it. True if it asks for a reset. tree: empty if the old manifest is not to be trusted.
    anchors: a new root file in update/, None when trust stays as it is."""
    refuse(there("update/trial"), "on_trial")  # what was before has to stay until that is confirmed
    blocks, s = int(h["set"].split(" ")[2]), os.statvfs("/")
    have = s[1] * s[2] // 4096
    refuse(blocks > have, "set_too_big", blocks, have)
    http.until = later(60000)
    size, want = h["manifest"].split(" ")
    room(4 + (int(size) + 4095) // 4096)
    folder()
    new = "data/manifest"
    if digest(new, http.idle) != want:
        new = "update/n0"
        stage(http, new, int(size), want)
        formed(new)
        ota.forget("ota.form")
    with open("update/n1", "wb") as f:
        f.write(head)
    refuse(read("update/n1") != head, "blob_damaged", "n1")
    name = base64(sha256(head).digest())
    first = "+0 data/manifest %s %s 0\n+1 data/head %s %s 0\n" % (want, seen("data/manifest", http.idle), name, seen("data/head", http.idle))
    if anchors:
        first += keep(anchors, http.idle)
    # what differs in its files goes on trial, whatever its number; a repair does not, and neither does a head that was only signed anew
    kind = "trial" if kept()[1] != h["manifest"] else "repair" if damaged else "signed"
    old = tree and "data/manifest"
    base = first
    if kind == "trial":
        first = "=2 data/bad - %s 0\n" % name + first
    have = free()
    for how in range(3):
        blocks = plan("repair\n" + base if how > 1 else kind + "\n" + first, old, new, http, how)
        if blocks <= have or how > 1:
            break
        refuse(how and "inplace" not in h, "set_too_big", blocks, have)
    reset = fetch(http)
    if there("data/error"):
        os.remove("data/error")  # it was told with the question that has led here
    print("ota: installed release=" + h["release"])
    ota.result = "installed"
    commit()
    return reset


def formed(path):
    from ota.form import manifest

    manifest(path)


def commit():
    "From here on the guard goes on, whatever happens."
    open("update/commit", "w").close()


def keep(path, idle):
    "Stages a new root file; gives its line of the journal. Trust is never undone."
    with open(path, "rb") as f:
        pour(f.readinto, "update/n3", digest(path, idle), idle)
    return "!3 data/anchors %s - 0\n" % digest(path, idle)


def plan(first, old, new, http, how):
    """Writes the journal, and gives the time that it takes: a second for each KB. How many blocks of flash it needs: the guard copies one file
    after the other, so the largest counts twice. how: 1 without copies of the settings; 2 in place: what differs goes, and is fetched like
    damaged files at the next boot."""
    count, blocks, most, more = 4, 1, 0, 0
    with open("update/journal", "w") as f:
        f.write("soft-ota 2 " + first)
        for sign, path, want, was, size in changes(old, new, http.idle):
            if how and sign == "<":
                continue
            if how > 1:
                sign = want = was = "-"
            f.write("%s%d %s %s %s %d\n" % (sign, count, path, want, was, size))
            count += 1
            blocks += (size + 4095) // 4096
            most = max(most, size, 0 if was == "-" else os.stat(path)[6])
            more += size
    http.until = later(left(http.until) + more)
    return blocks + (most + 4095) // 4096 + count // 40 * 2  # names take blocks, too


def changes(old, new, idle):
    """(sign, path, hash that it is to have, hash that it has, bytes of flash): first what goes, then what is to be fetched, and the
    settings, of which fetch() lays a copy aside for an undo."""
    for name in os.listdir("data"):
        path = "data/" + name
        if name == "bad":
            yield "-", path, "-", "-", 0
        elif name.endswith(".json") and len(name.split()) == 1 and there(path):  # a line of the journal holds no blanks
            yield "<", path, "-", digest(path, idle), os.stat(path)[6] + 1
    for paths in gone(old, new), map(twin, entries(new)):
        for path in paths:
            if path:
                yield "-", path, "-", seen(path, idle), 0
    last = ""
    for path, size, want in entries(new):
        was = seen(path, idle)
        if was != want:
            for i in range(len(path)):
                if path[i] == "/" and path[: i + 1] != last[: i + 1] and not there(path[:i], 0x4000):
                    yield "-", path[:i], "-", seen(path[:i], idle), 8192  # a new folder takes two blocks, and a file may be in its way
            last = path
            yield "+", path, want, was, int(size) + 1  # an empty file takes a block, too


def asks(path, old):
    """Does this change ask for a reset? What is loaded does, under whatever name sys.path has found it; what the client and the program begin
    with, so that the guard's watch stands before it is loaded; and new code, for it may hide what the firmware has."""
    at = path.rfind(".")
    names = path[:at].replace("/__init__", "").split("/")
    if names[0] in ("main", "net", "ota"):
        return True
    if path[at:] not in (".py", ".mpy"):
        return False
    return old == "-" or any(".".join(names[i:]) in sys.modules for i in range(len(names)))


def fetch(http):
    "Stages what the journal wants. True if it asks for a reset."
    reset = False
    f = open("update/journal")
    refuse(not f.readline().startswith("soft-ota 2"), "blob_damaged", "journal")
    for line in f:
        step, path, want, was, size = line.split()
        n = step[1:]
        if path[:5] != "data/":
            reset = reset or asks(path, was)
            if step[0] == "+":
                stage(http, "update/n" + n, int(size) - 1, want)
                print("ota: file path=%s size=%d" % (path, int(size) - 1))
        elif path[-5:] == ".json":
            with open(path, "rb") as g:
                pour(g.readinto, "update/p" + n, was, int)
    return reset


def stage(http, path, size, want):
    "Fetches a blob of so many bytes."
    http.get("blobs/" + hexlify(a2b_base64(want + "=")).decode())
    refuse(http.status != 200 or http.left != size, "blob_unknown", http.status, want)
    pour(http.into, path, want, http.idle)


def pour(into, path, want, idle):
    "Streams what into(view) gives into a file and reads it back: both must have the hash that is wanted."
    h = sha256()
    with open(path, "wb") as f:
        while n := into(view):
            h.update(view[:n])
            f.write(view[:n])
    refuse(not base64(h.digest()) == want == digest(path, idle), "blob_damaged", want)


