"""What comes over the network, to the letter, and whether it is to be trusted (docs/protocol.md §2, §3, §10). Pure: bytes in, fields out,
or Refused."""
import base64
import hashlib
import re

from guard import sha

U32 = 2**32 - 1
OWN = {"boot.py", "boot.mpy", "data", "rescue", "update"}


class Refused(Exception):
    """The code is the first word."""


def refuse(wrong, code, *words):
    if wrong:
        raise Refused(" ".join(map(str, (code,) + words)))


# §2, §3, §10: the form of what comes


def number(text, code, least=0, most=U32):
    refuse(not re.fullmatch("0|[1-9][0-9]{0,9}", text) or not least <= int(text) <= most, code, repr(text))
    return int(text)


def b64(data):
    return base64.b64encode(data).decode().rstrip("=")


def unb64(text, code):
    refuse(not re.fullmatch("[A-Za-z0-9+/]{43}", text) or b64(base64.b64decode(text + "=")) != text, code, text)
    return base64.b64decode(text + "=")


def split(data, magic, code, largest, bare=False):
    """(key ids, signed bytes, signatures): all that may be looked at before the signatures are checked."""
    end = data.find(b"\n\n") + 2
    refuse(len(data) > largest or end < 2, code)
    first = data.split(b"\n")[0].decode("latin-1").split(" ")
    if bare and first == [magic, "1"]:
        ids = []
    else:
        refuse(len(first) != 3 or first[:2] != [magic, "1"], code, "first line")
        ids = first[2].split(",")
        refuse(not all(re.fullmatch("[0-9a-f]{16}", i) for i in ids), code, "key ids")
    rest = data[end:]
    refuse(bool(rest) != bool(ids) or ids and len(rest) % len(ids), code, "signatures")
    size = len(rest) // len(ids) if ids else 0
    return ids, data[:end], [rest[i * size : (i + 1) * size] for i in range(len(ids))]


def split_head(data):
    ids, body, sigs = split(data, "soft-ota", "head_invalid", 1152)
    refuse(len(ids) == 1 and len(sigs[0]) == 256 and len(data) > 640, "head_invalid", "over 640 bytes")
    return ids, body, sigs


def head_fields(body, code="head_invalid"):
    h = {}
    for line in body.decode("latin-1")[:-2].split("\n")[1:]:
        m = re.fullmatch("([!-~]+) ([ -~]+)", line)
        refuse(not m or m[1] in h, code, repr(line))
        h[m[1]] = m[2]
    refuse(not {"release", "epoch", "abi", "boards", "python", "created", "set", "manifest"} <= h.keys(), code, "a line is missing")
    for name, least in (("release", 1), ("epoch", 0), ("created", 0), ("expires", 0), ("root", 1), ("downgrade", 1)):
        if name in h:
            h[name] = number(h[name], code, least)
    h["abi"] = number(h["abi"], code, 1, 255)
    h["set"] = [number(n, code) for n in h["set"].split(" ")]
    names = h["boards"].split(" ")
    refuse(names != ["*"] and not all(re.fullmatch("[A-Za-z0-9._~-]{1,64}", n) for n in names), code, "boards")
    h["python"] = tuple(number(n, code, 0, 9999) for n in h["python"].split("."))
    refuse(len(h["set"]) != 3 or not 2 <= len(h["python"]) <= 3 or h.get("inplace", "1") != "1", code)
    size, _, name = h["manifest"].partition(" ")
    h["size"], h["hash"] = number(size, code), name
    unb64(name, code)
    return h


def check_path(path):
    parts = path.split("/")
    refuse(not re.fullmatch(r"[A-Za-z0-9._\-+@~(),/]{1,60}", path), "path_invalid", repr(path))
    refuse(any(not p or p.endswith(".") for p in parts), "path_invalid", repr(path))
    refuse(parts[0].lower() in OWN, "path_reserved", path)


def manifest(data):
    """{path: (size, hash)}, of one that has come."""
    code, found, last = "manifest_invalid", {}, ""
    text = data.decode("latin-1")
    refuse(text and text[-1] != "\n", code, "no line feed at the end")
    for line in text.split("\n")[:-1]:
        words = line.split(" ")
        refuse(len(line) >= 240 or len(words) < 3, code, repr(line))
        refuse(not all(re.fullmatch("[!-<>-~]+=[!-~]*", w) for w in words[3:]), code, repr(line))
        check_path(words[0])
        refuse(words[0] <= last, code, "order", words[0])
        found[words[0]] = number(words[1], code), words[2]
        unb64(words[2], code)
        last = words[0]
    return found


def key_id(n, e):
    """Of a key in DER: SubjectPublicKeyInfo."""
    def tlv(tag, data):
        size = len(data).to_bytes((len(data).bit_length() + 7) // 8 or 1, "big")
        return bytes([tag]) + (size if len(data) < 128 else bytes([128 + len(size)]) + size) + data

    def whole(i):
        return tlv(2, i.to_bytes(i.bit_length() // 8 + 1, "big"))

    rsa = bytes.fromhex("300d06092a864886f70d0101010500")
    return hashlib.sha256(tlv(0x30, rsa + tlv(3, b"\0" + tlv(0x30, whole(n) + whole(e))))).hexdigest()[:16]


def root_file(data, code="root_invalid"):
    """{version, epoch, threshold, keys: {id: (role, modulus)}} and what split() gives."""
    ids, body, sigs = split(data, "soft-ota-root", code, 4096, True)
    lines = body.decode("latin-1")[:-2].split("\n")[1:]
    r = {"keys": {}, "signed": (ids, body, sigs)}
    for name, least in (("version", 0), ("epoch", 0), ("threshold", 1)):
        line = lines.pop(0) if lines else ""
        refuse(not line.startswith(name + " "), code, name)
        r[name] = number(line[len(name) + 1 :], code, least)
    refuse(len(lines) % 2, code, "keys")
    for key, digits in zip(lines[::2], lines[1::2]):
        m = re.fullmatch("(root|release|both) ([0-9a-f]{16}) 65537", key)
        refuse(not m or not re.fullmatch("(?!00)(?:[0-9a-f]{2})+", digits) or int(digits, 16).bit_length() < 2048, code, key)
        refuse(m[2] in r["keys"] or key_id(int(digits, 16), 65537) != m[2], code, key)
        r["keys"][m[2]] = m[1], int(digits, 16)
    refuse(not keys(r, "root") or len(keys(r, "release")) < r["threshold"], code, "too few keys")
    return r


def keys(root, role):
    return {i: n for i, (r, n) in root["keys"].items() if r in (role, "both")}


# §2, §10: trust


def signed(body, sig, n):
    size = (n.bit_length() + 7) // 8
    s = int.from_bytes(sig, "big")
    info = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(body).digest()
    want = b"\0\1" + b"\xff" * (size - 3 - len(info)) + b"\0" + info
    return len(sig) == size and s < n and pow(s, 65537, n).to_bytes(size, "big") == want


def right(parts, trusted):
    """The ids among the trusted ones that have signed; refused when one has signed wrongly."""
    ids, body, sigs = parts
    for i, sig in zip(ids, sigs):
        refuse(i in trusted and not signed(body, sig, trusted[i]), "signature_invalid", i)
    return set(ids) & set(trusted)


def prove_head(data, root):
    """Its fields. Refused as wrong_key or threshold_unmet where another root file may help."""
    parts = split_head(data)
    count = len(right(parts, keys(root, "release")))
    refuse(not count, "wrong_key", ",".join(parts[0]))
    refuse(count < root["threshold"], "threshold_unmet", count)
    return head_fields(parts[1])


def prove_root(data, now):
    new = root_file(data)
    refuse(new["version"] != now["version"] + 1, "root_version", new["version"])
    old, own = keys(now, "root"), keys(new, "root")
    good = right(new["signed"], {**old, **own})
    refuse(not good & set(old) or not good & set(own), "wrong_key")
    refuse(new["epoch"] < now["epoch"], "epoch_wrong", new["epoch"])
    return new
