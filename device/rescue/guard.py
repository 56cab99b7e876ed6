# Ends or undoes a committed update; then the client beside it looks on. Imports nothing of the set.
import os
import sys


def there(path):
    try:
        return os.stat(path)[0]
    except OSError:
        return 0


def move(a, b):
    # Every step can run again, and ends what it began.
    if there(a) and not there(b):
        for i in range(len(b)):
            if b[i] == "/" and not there(b[:i]):
                os.mkdir(b[:i])
        os.rename(a, b)
    while "/" in a:
        a = a[: a.rfind("/")]
        try:
            there(a) & 0x4000 and os.rmdir(a)  # littlefs would take a file
        except OSError:
            pass  # not empty


def forward(sign, path, new, old):
    # Only files go; a folder (0x4000) there is new.
    if sign == "-":
        there(path) & 0x4000 or move(path, old)
    elif there(new):
        move(path, old)
        move(new, path)


def backward(sign, path, new, old):
    # Without its p file a + is done; a * never had one.
    if sign == "*" or sign == "+" and there(old):
        move(path, new)
    move(old, path)


def steps(name, step, signs):
    with open("update/" + name) as f:
        first = f.readline()
        if first[:11] not in ("soft-ota 1\n", "soft-ota 1 "):
            raise RuntimeError("another version")
        for line in f:
            n, path = line.split()[:2]
            if n[0] in signs:
                step(n[0], path, "update/n" + n[1:], "update/p" + n[1:])
    for path in "update/safe", "update/f1", "update/f2":
        there(path) and os.remove(path)
    return first


def swap():
    if "inplace" in steps("journal", forward, "-+*!"):
        os.remove("update/journal")
    else:
        os.rename("update/journal", "update/trial")


def undo():
    # Backwards: what was put first, then what was removed; trust (!) never goes back.
    steps("undo", backward, "+*")
    steps("undo", backward, "-")
    os.rename("update/undo", "update/safe")


def look():
    from ota.trial import look

    look(undo)


def boot():
    for name, do in ("update/journal", swap), ("update/undo", undo), ("rescue", look):
        try:
            there(name) and do()
        except Exception as e:  # main.py must start
            sys.print_exception(e)
            if do != look and isinstance(e, (RuntimeError, ValueError)):
                os.rename(name, "update/x")
    for name in list(sys.modules):
        if name.split(".")[0] in ("net", "ota"):
            del sys.modules[name]
