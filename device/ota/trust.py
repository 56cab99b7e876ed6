"The talk with the server: which head has it for this board, and is it to be trusted? (docs/protocol.md §2, §4, §5, §10)"
# ota: -O3
from io import BytesIO
from time import time

import ota
from ota.client import Refused, ask, fields, mark, mpy, read, refuse, sha256, version


def says(path):
    "(version, epoch, threshold) of a root file (docs/protocol.md §10)."
    line = open(path, "rb").readline
    line()
    return int(line()[8:]), int(line()[6:]), int(line()[10:])


def anchors(path, root=False):
    "[role, id, exponent, modulus in hex] of the keys in a root file that sign heads, or root files; one at a time, for they are large."
    f = open(path, "rb")
    for _ in range(4):
        f.readline()
    while len(key := f.readline().split() + [f.readline()]) == 4:
        if key[0] != (b"release" if root else b"root"):
            yield key


def keys(path="data/anchors"):
    "The keys that may sign heads."
    ids = b""
    for key in anchors(path):
        ids += b"," + key[1]
    return ids[1:].decode()


def signed(h, sig, n, e, idle):
    """RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2) of the SHA-256 h. A stock ESP8266 has no 3-argument pow(): square and multiply.
    Padding and DigestInfo are compared whole: a parser here is what forgeries are made of."""
    s = m = int.from_bytes(sig, "big")
    size = len(sig)
    sig = None  # every byte counts below
    if s >= n or n >> size * 8:
        return False
    for bit in bin(e)[3:]:
        m = m * m % n
        if bit == "1":
            m = m * s % n
        idle()
    h = b"\x0001\x30\r\x06\t`\x86H\x01e\x03\x04\x02\x01\x05\x00\x04 " + h
    return m.to_bytes(size, "big") == b"\0\1" + b"\xff" * (size - 54) + h


def doubt(what, path, idle, root=False):
    """Why the root file at path does not prove this head, or the root file at this other path: a code, False if it does. Refused when a
    key that is trusted has signed wrongly; others are passed over. Of the unsigned bytes only the first line is used."""
    f = open(what, "rb") if root else BytesIO(what)
    magic = b"soft-ota-root 1 " if root else b"soft-ota 1 "
    line = f.readline()
    refuse(not line.startswith(magic), "head_invalid")
    ids = line[len(magic) : -1].split(b",")
    h = sha256(line)
    while line > b"\n":
        line = f.readline()
        h.update(line)
    h, at = h.digest(), f.tell()
    size = (f.seek(0, 2) - at) // len(ids)
    missing, code = max(1, root or says(path)[2]), "wrong_key"
    for _, key, e, n in anchors(path, root):
        if key in ids:
            i = ids.index(key)
            ids[i] = 0  # it counts once
            f.seek(at + i * size)
            n = int(n, 16)  # under the same name: the digits are twice as large, and not needed any more
            refuse(not signed(h, f.read(size), n, int(e), idle), "signature_invalid", key)
            missing, code = missing - 1, "threshold_unmet"
    return missing > 0 and code


def follows(path, h, idle):
    "Refused if the head that is kept there, of the installed release or of one that was undone, forbids this one."
    new, may = int(h["release"]), int(h.get("downgrade", 0))
    bad, code = path == "data/bad", None
    try:
        was = fields(read(path))
        old, closed = int(was["release"]), int(was.get("downgrade", 0))
        seen = max(old, closed)
        if was["epoch"] != h["epoch"]:
            return
        if new == old and (bad or was["manifest"] != h["manifest"]):
            code = "release_bad" if bad else "same_number"
        elif (new < old or new <= closed) and may < seen:
            code = "rollback"
        if code and doubt(read(path), "data/anchors", idle):
            return
    except (Refused, LookupError, ValueError):
        return  # a damaged one proves nothing
    refuse(code, code, new, seen)


def fits(h, board, path, idle):
    "Refused when a head that this root file has proved is not for this board as it is now. h: its fields()."
    boards, python, epoch = h["boards"], h["python"], says(path)[1]
    refuse(int(h["abi"]) != mpy & 255, "abi_unknown", h["abi"], mpy & 255)
    refuse(boards != "*" and board not in boards.split(" "), "board_unknown", boards, board)
    refuse(tuple(map(int, python.split("."))) > version, "firmware_old", python, version)
    refuse(int(h["epoch"]) != epoch, "epoch_wrong", h["epoch"], epoch)
    for path in "data/head", "data/bad":
        follows(path, h, idle)


def formed(head):
    "A signed head is looked at to the letter."
    judged(head)
    ota.forget("ota.form")


def judged(head):
    "In a frame of its own, for what a frame has held stays in memory as long as that."
    from ota.form import head as form

    form(head)


def judge(http, board, tree, told):
    """(is it new, head, its fields, tree, False or where a new root file lies). Refused unless a new head is signed, for this board, and not
    older than what runs. tree: digest of the files, empty if they were not checked."""
    head, fresh = ask(http, board, tree, keys(), told)
    new = head != read("data/head")
    if new:
        mark()
        ota.result = "news"
    path = new and believe(http, head)
    ota.heard = True
    h = fields(head)
    if new:
        fits(h, board, path, http.idle)
    t = time()
    if t + (t < 1600000000) * 946684800 > int(h.get("expires", 1 << 40)):  # smaller: the board counts from 2000, or knows no time
        print("ota: expired release=" + h["release"])
    print("ota: head release=%s current=%s fresh=%s host=%s" % (h["release"], not new, fresh, http.host))
    return new, head, h, tree, path != "data/anchors" and path


def believe(http, head):
    "Refused unless the head is proved by the root file in use, or by one that this leads to. Where that one lies."
    path = "data/anchors"
    code = doubt(head, path, http.idle) or formed(head)
    if code or int(fields(head).get("root", 0)) > says(path)[0]:
        from ota.form import follow

        path = follow(http, path)
        code = doubt(head, path, http.idle) or formed(head)
    refuse(code, code, head[11 : head.find(b"\n")].decode(), keys(path))
    return path
