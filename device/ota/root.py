"How trust has changed: one root file after the other, each proved by the one before and by itself (docs/protocol.md §10)."
# ota: -O3
import os

from ota.head import refuse
from ota.http import later
from ota.trust import doubt, says


def follow(http, path):
    "Where the newest root file lies to which this one leads: in update/, or path itself."
    version, epoch, _ = says(path)
    try:
        os.mkdir("update")
    except OSError:
        pass  # there already
    while fetch(http, version + 1, "update/" + "ab"[version & 1]):
        version += 1
        old, path = path, "update/" + "ab"[version + 1 & 1]
        for trust in old, path:
            code = doubt(path, trust, http.idle, True)
            refuse(code, code, version)
        found = says(path)
        refuse(found[0] != version, "root_version", found[0], version)
        refuse(found[1] < epoch, "epoch_wrong", found[1], epoch)
        epoch = found[1]
        http.until = later(15000)  # no stranger can prolong it so
    return path


def fetch(http, version, path):
    "False if there is none."
    http.get("root/%d" % version)
    if http.status != 200:
        return http.close()  # the page that says so may be long
    refuse(not 0 < http.left <= 4096, "root_invalid", http.left)
    view = memoryview(bytearray(256))
    with open(path, "wb") as f:
        while n := http.into(view):
            f.write(view[:n])
    return True
