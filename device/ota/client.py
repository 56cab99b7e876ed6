"The talk with the server: which head has it for this board, and is it to be trusted? (docs/protocol.md §4, §5)"
# ota: -O3
import os
import sys
from binascii import hexlify, unhexlify

import net
from ota import forget
from ota.head import Refused, base64, fields, fits, hmac, mpy, read, refuse, sha256, trusted, verify
from ota.http import Http, later, left


def settings():
    "data/ota.json; nothing but defaults when it is missing or damaged."
    import json

    try:
        return dict(json.loads(read("data/ota.json")))
    except Exception:  # whatever stands there instead of JSON
        return {}


def update(idle, only):
    """only: True if a release waits that this board would take. Else None, or for a committed update: True when it
    changes code that is loaded."""
    try:
        c = settings()
        wait = c.get("wait", 15)
        if wait or only != 0:
            return steps(c, later(int(wait or 15) * 1000), idle, only)
    except Exception as e:  # whatever happens here, the program of this board must start
        print("ota: refused", e if isinstance(e, Refused) else "code=failed msg=%r" % e)


def steps(c, until, idle, only):
    "The files are checked while Wi-Fi joins."
    damaged, tree = False, ""
    if not only:
        net.start()
        from ota.files import check

        damaged, tree = check(idle)
        del check
        forget("ota.files")  # until it is known that there is something to do
        refuse(not net.wait(left(until), idle), "no_wifi")
    http = server(c, left(until), idle)
    try:
        head, h, same = question(http, c.get("board", ""), tree)
        if only:
            return not same
        if damaged or not same:
            from ota.install import install

            return install(http, head, h)
    finally:
        http.close()


def server(c, ms, idle):
    url = c.get("server")
    if not url:
        from ota.find import find

        url = find(trusted(), ms, idle)
    refuse(not url, "no_server")
    return Http(url.rstrip("/"), idle, ms)


def question(http, board, tree):
    """(head, its fields, True if it is the installed one). Refused unless a new head is signed, for this board, and not
    older than what runs. tree: digest of the files, empty if they were not checked."""
    head, fresh = ask(http, board, tree)
    same = head == read("data/head")
    if not same:
        verify(head, http.idle)
    h = fields(head)
    fits(h, board, fields(read("data/head")))
    print("ota: head release=%s current=%s fresh=%s host=%s" % (h["release"], same, fresh, http.host))
    return head, h, same


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
