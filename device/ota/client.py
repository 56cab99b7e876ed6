"The talk with the server: which head has it for this board, and is it to be trusted? (docs/protocol.md §4, §5)"
# ota: -O3
hole = bytearray(2560)  # kept free, in one piece, between what is loaded now, for the numbers of verify()

import os
import sys
from binascii import hexlify, unhexlify

import net
from ota.files import base64, check, clean
from ota.head import Refused, fields, fits, hmac, mpy, read, refuse, sha256, trusted, verify
from ota.http import Http, later, left


def settings():
    "data/ota.json; nothing but defaults when it is missing or damaged."
    import json

    try:
        return dict(json.loads(read("data/ota.json")))
    except (ValueError, TypeError):
        return {}


def update(idle):
    "None, or for a committed update: True when it changes code that is loaded."
    try:
        c = settings()
        wait = c.get("wait", 15)
        if wait:
            return steps(c, later(int(wait * 1000)), idle)
    except Exception as e:  # whatever happens here, the program of this board must start
        print("ota: refused", e if isinstance(e, Refused) else "code=failed msg=%r" % e)


def steps(c, until, idle):
    "The files are checked while Wi-Fi joins."
    net.start()
    clean()
    damaged, tree = check(idle)
    refuse(not net.wait(left(until), idle), "no_wifi")
    q = question(c, left(until), idle, tree)
    try:
        if damaged or not q[3]:
            from ota.install import install

            return install(*q[:3])
    finally:
        q[0].close()


def question(c, ms, idle, tree=""):
    """(connection, head, its fields, True if it is the installed one). Refused unless a new head is signed, for this
    board, and not older than what runs. ms: time for all of it; tree: digest of the files, if they were checked."""
    global hole
    url = c.get("server")
    if not url:
        from ota.find import find

        url = find(trusted(), ms, idle)
    refuse(not url, "no_server")
    http = Http(url.rstrip("/"), idle, ms)
    try:
        board = c.get("board", "")
        head, fresh = ask(http, board, tree)
        same = head == read("data/head")
        hole = None
        if not same:
            verify(head, idle)
        h = fields(head)
        fits(h, board, fields(read("data/head")))
        print("ota: head release=%s current=%s fresh=%s host=%s" % (h["release"], same, fresh, http.host))
        return http, head, h, same
    except:
        http.close()
        raise


def ask(http, board, tree):
    "The head as it comes, and whether the answer was made just now."
    name, key = (read("data/enrol").split() + [b"", b""])[:2]
    nonce = hexlify(os.urandom(8))
    http.get("%d/head?id=%s&have=%s&key=%s&board=%s&mpy=%d&fw=%s&tree=%s&nonce=%s" % (
        mpy() & 255, name.decode(), fields(read("data/head"))["release"], trusted(), board, mpy(),
        ".".join(map(str, sys.implementation.version[:3])), tree, nonce.decode()))
    head = http.body()
    if http.status != 200:
        raise Refused("code=answer msg=" + head.decode())
    fresh = False
    if key and http.fresh:
        time, mac = http.fresh
        fresh = base64(hmac(unhexlify(key), nonce + b" " + time + b" " + sha256(head).digest())) == mac.decode()
    return head, fresh


def news(idle):
    "True when a release waits that this board would take. Light enough to be asked while a program runs."
    q = question(settings(), 15000, idle)
    q[0].close()
    return not q[3]
