"The files of a set: named by the lines of a manifest, hashed as they are on flash, staged in update/ (docs/protocol.md §3, §8)."
# ota: -O3
import os
from binascii import a2b_base64, hexlify

from ota.head import base64, fields, read, refuse, sha256

view = memoryview(bytearray(512))  # the one buffer: everything streams through it


def there(path):
    "The stat of a file, None when there is none."
    try:
        return os.stat(path)
    except OSError:
        return None


def fine(path):
    "True for a path that a release may name. FAT ignores case, so the device's own rooms are its own in any case."
    rooms = path.lower().split("/")
    for c in path:
        if not (c.isalpha() or c.isdigit() or c in "._-+@~(),/"):
            return False
    return len(path) <= 60 and rooms[0] not in ("boot.py", "data", "rescue", "update") and not {"", ".", ".."} & set(rooms)


def entries(path):
    """(path, size, hash in base64) of each line, one line in memory at a time: a thousand need no more than ten. What stands
    behind these is for later versions."""
    if there(path):
        for line in open(path):
            name, size, want = line.split()[:3]
            refuse(not fine(name), "manifest_invalid", name)
            yield name, int(size), want


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
    "SHA-256 of a file as it is on flash, in base64; empty when there is no file."
    if not there(path):
        return ""
    h = sha256()
    f = open(path, "rb")
    n = f.readinto(view)
    while n:
        h.update(view[:n])
        idle()
        n = f.readinto(view)
    f.close()
    return base64(h.digest())


def stage(http, number, size, want):
    "Streams a blob into update/n<number> and reads it back: both must have the hash that is wanted."
    http.get("blobs/" + hexlify(a2b_base64(want + "=")).decode())
    refuse(http.status != 200 or http.left != size, "blob_unknown", http.status, want)
    path = "update/n%s" % number
    h = sha256()
    with open(path, "wb") as f:
        n = http.into(view)
        while n:
            h.update(view[:n])
            f.write(view[:n])
            n = http.into(view)
    refuse(not base64(h.digest()) == want == digest(path, http.idle), "blob_damaged", want)


def twin(entry):
    "The .py that would be loaded in place of this .mpy, None when there is none."
    source = entry[0][:-3] + "py"
    if entry[0][-4:] == ".mpy" and there(source):
        return source


def check(idle):
    "Is a file not as the installed manifest says? And the tree digest. A manifest that is not the signed one goes."
    clean()
    every = sha256()
    damaged = (digest("data/manifest", idle) or "-") not in fields(read("data/head")).get("manifest", "")
    if damaged and there("data/manifest"):
        os.remove("data/manifest")
    for entry in entries("data/manifest"):
        have = digest(entry[0], idle)
        every.update(have)
        damaged = damaged or have != entry[2] or twin(entry)
    return damaged, hexlify(every.digest()[:8]).decode()


def clean():
    "Removes what an update left that was cut off before its commit."
    if not there("update"):
        os.mkdir("update")
    for name in os.listdir("update"):
        os.remove("update/" + name)
