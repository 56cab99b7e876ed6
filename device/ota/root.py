"How trust has changed: one root file after the other, each proved by the one before and by itself (docs/protocol.md §10)."
# ota: -O3
import os

from ota.head import refuse
from ota.http import later
from ota.trust import doubt, says


def follow(http, path):
    "Where the newest root file lies to which this one leads: in update/, or path itself."
    view = memoryview(bytearray(256))
    try:
        os.mkdir("update")
    except OSError:
        pass  # there already
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
