"Runs inside the VM, once for each VM version: the vectors made with OpenSSL against the device's own code."
import json
from binascii import a2b_base64, hexlify, unhexlify


from ota.client import Refused, hmac, sha256
from ota.form import fine, follow
from ota.trust import doubt, signed

# key, data, HMAC-SHA256 by openssl dgst -sha256 -mac hmac; the first three with the data of RFC 4231 (cases 1-3)
MACS = (
    ("0b" * 32, b"Hi There", "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7"),
    ("4a656665" * 8, b"what do ya want for nothing?", "167f928588c5cc2eef8e3093caa0e87c9ff566a14794aa61648d81621a2a40c6"),
    ("aa" * 32, b"\xdd" * 50, "cdcb1220d1ecccea91e53aba3092f962e549fe6ce9ed7fdc43191fbde45c30b0"),
    ("00" * 32, b"", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
)
EXACT = "wrong_key", "signature_invalid", "threshold_unmet", "root_version"
# What is signed, but not as a strict reader wants it: only the keys' owner can do that.
OWNERS = "a leading zero in the version", "lines in another order"
ticks = 0


def load(name):
    with open("/vectors/%s.json" % name) as f:
        return json.load(f)


def idle():
    global ticks
    ticks += 1


def signatures():
    wrong = []
    for v in load("signatures"):
        got = signed(sha256(a2b_base64(v["message"])).digest(), unhexlify(v["signature"]), int(v["modulus"], 16), v["exponent"], idle)
        if got is not v["valid"]:
            wrong.append(v["name"])
    return wrong


def told(check, *args):
    "What the device says of it: a code, or failed, which update() prints as it is and goes on."
    try:
        return check(*args) or "ok"
    except Refused as e:
        return e.args[0].split(" ")[0][5:]
    except (ValueError, IndexError, ZeroDivisionError, UnicodeError):
        return "failed"


def lay(path, text):
    with open(path, "wb") as f:
        f.write(text)


def outcome(v):
    lay("data/anchors", v["anchors"])
    return told(doubt, a2b_base64(v["head"]), "data/anchors", idle)


def heads():
    "What is signed may be malformed: only the key's owner can do that. What is not signed must never pass."
    wrong = []
    for v in load("heads") + load("quorum"):
        got = outcome(v)
        if v["signed"] != (got == "ok") or v["code"] in EXACT and got != v["code"]:
            wrong.append(v["name"] + ": " + got)
    return wrong


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


def roots():
    "As with heads. What its first line says is looked at before who has signed."
    wrong, vectors = [], load("roots")
    for v in vectors["vectors"]:
        lay("data/anchors", vectors["currents"][v["current"]])
        got = told(lambda data: follow(Host(data), "data/anchors") == "data/anchors", a2b_base64(v["next"]))
        signed = v["signed"] or v["name"] in OWNERS
        if (got == "ok") > signed or v["code"] == "ok" != got or v["code"] in EXACT and got not in (v["code"], "head_invalid"):
            wrong.append(v["name"] + ": " + got)
    return wrong


def paths():
    return [v["path"] for v in load("paths") if fine(v["path"]) != (v["code"] == "ok")]


def macs():
    return [m for key, data, m in MACS if hexlify(hmac(unhexlify(key), data)).decode() != m]


counts = [len(load("signatures")), len(load("heads") + load("quorum")), len(load("roots")["vectors"]), len(load("paths")), len(MACS)]
print("result " + json.dumps(
    {"signatures": signatures(), "heads": heads(), "roots": roots(), "paths": paths(), "macs": macs(), "idle": ticks, "counts": counts}))
