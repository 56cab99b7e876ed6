"Runs inside the VM, once for each VM version: the vectors made with OpenSSL against the device's own code."
import json
from binascii import a2b_base64, hexlify, unhexlify



from ota.install import fine
from ota.head import Refused, hmac, sha256, signed, verify

# key, data, HMAC-SHA256 by openssl dgst -sha256 -mac hmac; the first three with the data of RFC 4231 (cases 1-3)
MACS = (
    ("0b" * 32, b"Hi There", "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7"),
    ("4a656665" * 8, b"what do ya want for nothing?", "167f928588c5cc2eef8e3093caa0e87c9ff566a14794aa61648d81621a2a40c6"),
    ("aa" * 32, b"\xdd" * 50, "cdcb1220d1ecccea91e53aba3092f962e549fe6ce9ed7fdc43191fbde45c30b0"),
    ("00" * 32, b"", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
)
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


def keys_of(root):
    "The release keys of a root file, in the two lines that data/anchors has had so far."
    lines = root.split("\n")
    epoch, out = lines[2].split(" ")[1], ""
    for i in range(4, len(lines) - 2, 2):
        role, name, e = lines[i].split(" ")
        if role != "root":
            out += "%s %s %s\n%s\n" % (name, epoch, e, lines[i + 1])
    return out


def outcome(v):
    with open("data/anchors", "w") as f:
        f.write(keys_of(v["anchors"]))
    try:
        verify(a2b_base64(v["head"]), idle)
    except Refused as e:
        return e.args[0].split(" ")[0][5:]
    except (ValueError, IndexError, ZeroDivisionError, UnicodeError):
        return "failed"  # update() says so and goes on
    return "ok"


def heads():
    "What is signed may be malformed: only the key's owner can do that. What is not signed must never pass."
    wrong = []
    for v in load("heads"):
        got = outcome(v)
        if v["signed"] != (got == "ok") or v["code"] in ("wrong_key", "signature_invalid") and got != v["code"]:
            wrong.append(v["name"] + ": " + got)
    return wrong


def paths():
    return [v["path"] for v in load("paths") if fine(v["path"]) != (v["code"] == "ok")]


def macs():
    return [m for key, data, m in MACS if hexlify(hmac(unhexlify(key), data)).decode() != m]


counts = [len(load("signatures")), len(load("heads")), len(load("paths")), len(MACS)]
print("result " + json.dumps(
    {"signatures": signatures(), "heads": heads(), "paths": paths(), "macs": macs(), "idle": ticks, "counts": counts}))
