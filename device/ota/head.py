"The head of a release: what proves it, then its lines (docs/protocol.md §2, §5). Pure but for the anchors."
# ota: -O3
import sys
from binascii import b2a_base64
from hashlib import sha256
from io import BytesIO


class Refused(Exception):
    pass


def refuse(wrong, code, theirs="", ours=""):
    "theirs: what the release or the server says, ours: what this board has."
    if wrong:
        raise Refused("code=%s theirs=%s ours=%s" % (code, theirs, ours))


def read(path):
    "A small file of the device's own, empty when there is none."
    try:
        return open(path, "rb").read()
    except OSError:
        return b""


def says(path):
    "[version, epoch, threshold] of a root file (docs/protocol.md §10)."
    f = open(path, "rb")
    f.readline()
    return [int(f.readline().split()[1]) for _ in range(3)]


def anchors(path, root=False):
    "[role, id, exponent, modulus in hex] of the keys in a root file that sign heads, or root files; one at a time, for they are large."
    f = open(path, "rb")
    for _ in range(4):
        f.readline()
    while len(key := f.readline().split() + [f.readline()]) == 4:
        if key[0] != (b"release" if root else b"root"):
            yield key


def trusted(path="data/anchors"):
    return b",".join([key[1] for key in anchors(path)]).decode()


def fields(head):
    "The lines of a head as {name: value}. Signed or not: the caller knows."
    return dict(line.split(" ", 1) for line in head[: head.find(b"\n\n")].decode().split("\n"))


def installed():
    "Release and manifest of the installed head, nothing is said of its signature; 0 when there is none that can be read."
    try:
        h = fields(read("data/head"))
        return int(h["release"]), h["manifest"]
    except (KeyError, ValueError):
        return 0, ""


def signed(digest, signature, n, e, idle):
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2). A stock ESP8266 has no 3-argument pow(): square and multiply.
    Padding and DigestInfo are compared whole: a parser here is what forgeries are made of."""
    s = m = int.from_bytes(signature, "big")
    size = len(signature)
    signature = None  # every byte counts below
    if s >= n or n >> size * 8:
        return False
    for bit in bin(e)[3:]:
        m = m * m % n
        if bit == "1":
            m = m * s % n
        idle()
    info = b"\x0001\x30\r\x06\t`\x86H\x01e\x03\x04\x02\x01\x05\x00\x04 " + digest
    return m.to_bytes(size, "big") == b"\0\1" + b"\xff" * (size - 54) + info


def base64(digest):
    return b2a_base64(digest)[:43].decode()


def hmac(key, data):
    "HMAC-SHA256 (RFC 2104) for a key of 32 bytes."
    for pad in 0x36, 0x5C:
        data = sha256(bytes(b ^ pad for b in key + bytes(32)) + data).digest()
    return data


def proves(answer, key, nonce, head):
    "Does the header Soft-OTA-Fresh, [time, MAC], say that this head was sent in answer to the nonce?"
    return len(answer) == 2 and base64(hmac(key, nonce + b" " + answer[0] + b" " + sha256(head).digest())).encode() == answer[1]


def frame(f, magic):
    "(ids, digest, where the signatures begin, how long each is) of a signed text."
    line = f.readline()
    refuse(line[: len(magic)] != magic, "head_invalid")
    ids = line[len(magic) : -1].split(b",")
    h = sha256(line)
    while line > b"\n":
        line = f.readline()
        h.update(line)
    at = f.tell()
    return ids, h.digest(), at, (f.seek(0, 2) - at) // len(ids)


def doubt(what, path, idle, root=False):
    """Why the root file at path does not prove this head, or the root file at this other path: a code, False if it does. Refused when a
    key that is trusted has signed wrongly; others are passed over. Of the unsigned bytes only the first line is used."""
    f = open(what, "rb") if root else BytesIO(what)
    ids, digest, at, size = frame(f, b"soft-ota-root 1 " if root else b"soft-ota 1 ")
    missing, code = 1 if root else says(path)[2], "wrong_key"
    for _, key, e, n in anchors(path, root):
        if key in ids:
            i = ids.index(key)
            ids = [k != key and k for k in ids]  # it counts once
            f.seek(at + i * size)
            n = int(n, 16)  # under the same name: the digits are twice as large, and not needed any more
            refuse(not signed(digest, f.read(size), n, int(e), idle), "signature_invalid", key)
            missing, code = missing - 1, "threshold_unmet"
    return missing > 0 and code


def mpy():
    "The .mpy version that this firmware runs; it had another name before MicroPython 1.19."
    i = sys.implementation
    return getattr(i, "_mpy", 0) or i.mpy


def fits(h, board, idle):
    "Refused when a signed head is not for this board as it is now. h: its fields()."
    boards, python, release = h["boards"], h["python"], int(h["release"])
    have, manifest = installed()
    version = sys.implementation.version
    refuse(int(h["abi"]) != mpy() & 255, "abi_unknown", h["abi"], mpy() & 255)
    refuse(boards != "*" and board not in boards.split(" "), "board_unknown", boards, board)
    refuse(tuple(map(int, python.split("."))) > version, "firmware_old", python, version)
    if release < have or release == have and h["manifest"] != manifest:
        try:
            refuse(doubt(read("data/head"), "data/anchors", idle), "")
        except (Refused, ValueError):
            return  # a damaged one proves nothing
        refuse(True, "rollback" if release < have else "same_number", release, have)
