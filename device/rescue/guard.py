# Ends or undoes a committed update, then looks on. Imports nothing of the set; renames nothing, for a cut rename can hide other files.
import os
import sys
from binascii import b2a_base64
from hashlib import sha256

view = memoryview(bytearray(512))


def there(path):
    try:
        return os.stat(path)[0]
    except OSError:
        return 0


def lay(name):
    open("update/" + name, "w").close()


def gone(path):
    # A file, or a folder with all that is in it.
    kind = there(path)
    if kind & 0x4000:
        for name in os.listdir(path):
            gone(path + "/" + name)
        os.rmdir(path)
    elif kind:
        os.remove(path)


def drop(path):
    # A file, with the folders that are empty then.
    if there(path) & 0x8000:
        os.remove(path)
    while "/" in path:
        path = path[: path.rfind("/")]
        try:
            there(path) & 0x4000 and os.rmdir(path)  # littlefs would take a file
        except OSError:
            return  # not empty


def each(path, do):
    with open(path, "rb") as f:
        n = f.readinto(view)
        while n:
            do(view[:n])
            n = f.readinto(view)


def digest(path):
    if not there(path) & 0x8000:
        return "-"
    h = sha256()
    each(path, h.update)
    return b2a_base64(h.digest())[:43].decode()


def put(a, b, want):
    # A copy of a as b, checked before b goes and when it has come.
    if digest(b) == want:
        return
    if digest(a) != want:
        raise ValueError(a)
    gone(b)
    for i in range(len(b)):
        if b[i] == "/" and not there(b[:i]):
            os.mkdir(b[:i])
    with open(b, "wb") as f:
        each(a, f.write)
    if digest(b) != want:
        raise ValueError(b)


def forward(sign, n, path, new, old):
    if sign in "+-!":
        if digest(path) != new:
            if old != "-":
                put(path, "update/p" + n, old)
            if new != "-":
                put("update/n" + n, path, new)
        if new == "-":
            drop(path)
    gone("update/n" + n)


def clear(sign, n, path, new, old):
    if sign == "=" and digest("data/head") == old:
        put("data/head", path, old)
    if sign == "+" and (old == "-" or digest(path) != old):
        drop(path)


def back(sign, n, path, new, old):
    if sign in "+-<" and old != "-":
        put("update/p" + n, path, old)
        gone("update/p" + n)


def steps(step):
    with open("update/journal") as f:
        first = f.readline()
        if first[:11] != "soft-ota 2 ":
            raise ValueError("journal")
        for line in f:
            n, path, new, old = line.split()[:4]
            step(n[0], n[1:], path, new, old)
    return first[11:-1]


def swap():
    kind = steps(forward)
    for name in "safe", "f1", "f2":
        gone("update/" + name)
    if kind != "signed":
        lay("trial" if kind == "trial" else "f2")
    gone("update/commit")


def undo():
    steps(clear)
    steps(back)
    lay("safe")
    for name in "trial", "f1", "f2", "undo":
        gone("update/" + name)


def finish():
    # False: a step has failed. Then the way back is taken, which needs less room; if that fails as well, or there is no journal, all is set
    # aside, and the client puts right what is there.
    good = True
    for name, do in ("commit", swap), ("undo", undo):
        try:
            there("update/" + name) and do()
        except Exception as e:  # main.py must start
            sys.print_exception(e)
            if isinstance(e, ValueError) or name == "commit" and e.args == (28,):
                good = False
                lay("undo" if name == "commit" else "f2")
                gone("update/trial")
                gone("update/" + name)
    return good


def look():
    from ota.trial import look

    todo = look(digest)
    if todo == "undo":
        lay(todo)
        finish()
        todo = look(digest)
    if todo:
        print("guard:", todo)
        import ota

        ota.talk(int, True, False)
        finish()
        from ota.trial import leave, watch

        leave()
        watch()


def boot():
    finish()
    try:
        look()
    except Exception as e:
        sys.print_exception(e)
    for name in list(sys.modules):
        if name.split(".")[0] in ("net", "ota"):
            del sys.modules[name]
