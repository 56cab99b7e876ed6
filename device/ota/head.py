"What every part of the client needs: refusing, small files, the lines of a head, hashes (docs/protocol.md §2, §5)."
# ota: -O3
from binascii import b2a_base64
from hashlib import sha256


class Refused(Exception):
    pass


def refuse(wrong, code, theirs="", ours=""):
    "theirs: what the release or the server says, ours: what this board has."
    if wrong:
        raise Refused("code=%s theirs=%s ours=%s" % (code, theirs, ours))


def read(path, most=-1):
    "A small file of the device's own, empty when there is none."
    try:
        return open(path, "rb").read(most)
    except OSError:
        return b""


def fields(head):
    "The lines of a head as {name: value}. Signed or not: the caller knows."
    h = {}
    for line in head[: head.find(b"\n\n")].decode().split("\n"):
        name, h[name] = line.split(" ", 1)
    return h


def installed(path="data/head"):
    "Release and manifest of the installed head, nothing is said of its signature; 0 when there is none that can be read."
    try:
        h = fields(read(path))
        return int(h["release"]), h["manifest"]
    except (KeyError, ValueError):
        return 0, ""


def base64(digest):
    return b2a_base64(digest)[:43].decode()


def hmac(key, data):
    "HMAC-SHA256 (RFC 2104) for a key of 32 bytes."
    for pad in 0x36, 0x5C:
        k = bytearray(key + bytes(32))
        for i in range(64):
            k[i] ^= pad
        data = sha256(k + data).digest()
    return data
