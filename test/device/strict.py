"Runs inside the VM: is what comes of the form that docs/protocol.md says? One verdict with the server, by the same vectors."
import json
from binascii import a2b_base64

from ota import install, trust
from ota.client import Refused, fields

try:
    from ota import form
except ImportError:
    form = None
follow = (form or install).follow
install.room = lambda *_: 99  # there is no flash to ask


def load(name):
    with open("/vectors/%s.json" % name) as f:
        return json.load(f)


def lay(path, text):
    with open(path, "wb") as f:
        f.write(text)


def idle():
    pass


def takes(check, *args):
    "Refused, or an error that ends the update: both are a no. None and False mean that nothing was found wrong."
    try:
        return not check(*args)
    except (Refused, ValueError, LookupError, ArithmeticError, OSError):
        return False


def on_head(v):
    lay("data/anchors", v["anchors"])
    head = a2b_base64(v["head"])[:1152]  # nobody reads more
    if form:
        form.head(head)
    code = trust.doubt(head, "data/anchors", idle)
    return code or trust.fits(fields(head), "s20", "data/anchors", idle)


class Host:
    "Has one root file, whatever its name, and no other."

    def __init__(self, data):
        self.data, self.idle = data, idle

    def get(self, path):
        self.status = 404 if self.data is None else 200
        self.left = len(self.data or "")

    def into(self, view):
        n = min(len(view), self.left)
        if n:
            view[:n] = self.data[-self.left :][:n]
            self.left -= n
        else:
            self.data = None
        return n

    def close(self):
        pass


def on_root(v):
    lay("data/anchors", currents[v["current"]])
    return follow(Host(a2b_base64(v["next"])), "data/anchors") == "data/anchors"


def on_manifest(v):
    lay("update/n0", bytes(map(ord, v["manifest"])))
    if form:
        return form.manifest("update/n0")
    for _, size, _ in install.entries("update/n0"):
        int(size)


roots = load("roots")
currents = roots["currents"]
wrong = {}
for name, check, vectors in (
    ("heads", on_head, load("heads") + load("quorum")),
    ("roots", on_root, roots["vectors"]),
    ("manifests", on_manifest, load("manifests")),
):
    wrong[name] = [v["name"] for v in vectors if takes(check, v) != (v["code"] == "ok")]
print("result " + json.dumps(wrong))
