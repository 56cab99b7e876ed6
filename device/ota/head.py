"The head of a release: its signature first, then its lines (docs/protocol.md §2). Pure but for the anchors."
import sys


class Refused(Exception):
    pass


def refuse(wrong, code, theirs="", ours=""):
    "theirs: what the release or the server says, ours: what this board has."
    if wrong:
        raise Refused("code=%s theirs=%s ours=%s" % (code, theirs, ours))


def anchors():
    "The trusted keys one at a time, for they are large: id, epoch, exponent, modulus in hex."
    return map(str.split, open("data/anchors"))


def trusted():
    return ",".join(a[0] for a in anchors())


def fields(head):
    "The lines of a head as {name: value}; release 0 for none. Signed or not: the caller knows."
    text = head[: head.find(b"\n\n")].decode() if head else "release 0"
    return dict(line.split(" ", 1) for line in text.split("\n"))


def verify(head, idle):
    "Refused unless a trusted key has signed these bytes. Of the unsigned bytes only the first line is used."
    from ota.proof import signed

    end = head.find(b"\n\n") + 2
    first = head[:end].split(b"\n")[0].decode().split(" ")
    refuse(first[:2] != ["soft-ota", "1"] or len(first) < 3, "head_invalid")
    ids = first[2].split(",")
    size = (len(head) - end) // len(ids)
    code = "wrong_key"
    for key, _, exponent, modulus in anchors():
        if key in ids:
            at = end + ids.index(key) * size
            if signed(head[:end], head[at : at + size], int(modulus, 16), int(exponent), idle):
                return
            code = "signature_invalid"
    refuse(True, code, first[2], trusted())


def mpy():
    "The .mpy version that this firmware runs; it had another name before MicroPython 1.19."
    i = sys.implementation
    return getattr(i, "_mpy", 0) or i.mpy


def fits(h, board, was):
    "Refused when a signed head is not for this board as it is now. h, was: fields() of it and of the installed one."
    abi, boards, python = mpy() & 255, h["boards"], h["python"]
    release, have = int(h["release"]), int(was["release"])
    refuse(int(h["abi"]) != abi, "abi_unknown", h["abi"], abi)
    refuse(boards != "*" and board not in boards.split(" "), "board_unknown", boards, board)
    version = sys.implementation.version
    refuse(tuple(map(int, python.split("."))) > version, "firmware_old", python, version)
    refuse(release < have, "rollback", release, have)
    refuse(release == have and h["manifest"] != was["manifest"], "same_number", release, have)
