# The guard: puts a committed update in place, also one that was cut off; calls the rescue client when the way to the next
# one is damaged. In no release; imports nothing of the set. Journal: docs/protocol.md, section 8.
import os
import sys
from binascii import b2a_base64
from hashlib import sha256


def there(path):
    try:
        return os.stat(path)
    except OSError:
        return None


def folders(path, do):
    # Makes the folders of a path, or removes empty ones, innermost first.
    ends = [i for i in range(len(path)) if path[i] == "/"]
    for i in ends if do == os.mkdir else reversed(ends):
        try:
            do(path[:i])
        except OSError:
            pass


def step(line):
    # Can run again: a step without its staged file is done.
    number, path = line.split()[:2]
    new = "update/n" + number[1:]
    put = number[0] == "+"
    if put and not there(new):
        return
    if there(path):
        os.rename(path, "update/p" + number[1:])
    folders(path, os.mkdir if put else os.rmdir)
    if put:
        os.rename(new, path)


def swap():
    with open("update/journal") as f:
        if f.readline() != "soft-ota 1\n":
            raise ValueError("journal of another version")
        for line in f:
            step(line)
    os.remove("update/journal")
    for name in os.listdir("update"):
        os.remove("update/" + name)


def digest(path):
    h = sha256()
    with open(path, "rb") as f:
        data = f.read(256)
        while data:
            h.update(data)
            data = f.read(256)
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
