# The guard: puts a committed update in place, also one that was cut off; has the rescue client mend what updates need.
# In no release; imports nothing of the set. Journal: docs/protocol.md, section 8.
import os
import sys
from binascii import b2a_base64
from hashlib import sha256


def there(path):
    try:
        return os.stat(path)[0]
    except OSError:
        return 0


def step(line):
    # Can run again: without its staged file it is done, and only files (0x8000) go; a folder there is new.
    number, path = line.split()[:2]
    new = "update/n" + number[1:]
    put = number[0] == "+"
    if put and not there(new):
        return
    if there(path) & (0xC000 if put else 0x8000):
        os.rename(path, "update/p" + number[1:])
    folders = [path[:i] for i in range(len(path)) if path[i] == "/"]
    if put:
        for folder in folders:
            there(folder) or os.mkdir(folder)
        return os.rename(new, path)
    try:
        for folder in reversed(folders):
            there(folder) and os.rmdir(folder)
    except OSError:
        pass  # not empty


def swap():
    with open("update/journal") as f:
        if f.readline() != "soft-ota 1\n":
            raise ValueError("another version")
        for line in f:
            step(line)
    os.remove("update/journal")
    for name in os.listdir("update"):
        os.remove("update/" + name)


def digest(path):
    h = sha256()
    with open(path, "rb") as f:
        data = 1
        while data:
            data = f.read(256)
            h.update(data)
    return b2a_base64(h.digest())[:43]


def sound():
    # Is all that an update needs as the manifest says?
    for line in open("data/manifest", "rb"):
        path, _, want = line.split()[:3]
        if path == b"main.py" or path[:4] in (b"net/", b"ota/"):
            if digest(path.decode()) != want:
                return False
    return True


def rescue():
    print("guard: damaged, the rescue client asks")
    sys.path.insert(0, "rescue")
    import ota

    ota.run()
    sys.path.pop(0)
    for name in list(sys.modules):
        if name.split(".")[0] in ("net", "ota"):
            del sys.modules[name]


def attempt(what):
    try:
        return what()
    except Exception as e:
        sys.print_exception(e)


if there("update/journal"):
    attempt(swap)
# The client imports this file to swap; only at boot does it look further.
if __name__ == "__main__" and not attempt(sound):
    attempt(rescue)
for name in list(globals()):
    if name[0] != "_":
        del globals()[name]
