"The question to the server: which head has it for this board? (docs/protocol.md §4, §5)"
# ota: -O3
import os
import sys
from binascii import hexlify, unhexlify

from ota.head import Refused, fields, fits, hmac, mpy, refuse, sha256, trusted, verify
from ota.http import Http
from ota.files import base64


def read(path):
    "A small file of the device's own, empty when there is none."
    try:
        return open(path, "rb").read(1152)
    except OSError:
        return b""


def settings():
    "data/ota.json; nothing but defaults when it is missing or damaged."
    import json

    try:
        return dict(json.loads(read("data/ota.json")))
    except (ValueError, TypeError):
        return {}


def question(c, ms, idle, view, tree=""):
    """(connection, head, its fields, True if it is the installed one). Refused unless a new head is signed, for this
    board, and not older than what runs. ms: time for all of it; tree: digest of the files, if they were checked."""
    url = c.get("server")
    if not url:
        from ota.find import find

        url = find(trusted(), ms, idle)
    refuse(not url, "no_server")
    http = Http(url.rstrip("/"), idle, ms)
    try:
        stored, board = read("data/head"), c.get("board", "")
        was = fields(stored)
        head, fresh = ask(http, board, was["release"], view, tree)
        same = head == stored
        if not same:
            verify(head, idle)
        h = fields(head)
        fits(h, board, was)
        print("ota: head release=%s current=%s fresh=%s host=%s" % (h["release"], same, fresh, http.host))
        return http, head, h, same
    except:
        http.close()
        raise


def ask(http, board, have, view, tree):
    "The head as it comes, and whether the answer was made just now."
    name, key = (read("data/enrol").split() + [b"", b""])[:2]
    nonce = hexlify(os.urandom(8))
    http.get("%d/head?id=%s&have=%s&key=%s&board=%s&mpy=%d&fw=%s&tree=%s&nonce=%s" % (
        mpy() & 255, name.decode(), have, trusted(), board, mpy(),
        ".".join(map(str, sys.implementation.version[:3])), tree, nonce.decode()))
    head = http.body(view)
    if http.status != 200:
        raise Refused("code=answer msg=" + head.decode())
    fresh = False
    if key and http.fresh:
        time, mac = http.fresh
        fresh = base64(hmac(unhexlify(key), nonce + b" " + time + b" " + sha256(head).digest())) == mac.decode()
    return head, fresh


def news(idle):
    "True when a release waits that this board would take. Light enough to be asked while a program runs."
    q = question(settings(), 15000, idle, memoryview(bytearray(1152)))
    q[0].close()
    return not q[3]
