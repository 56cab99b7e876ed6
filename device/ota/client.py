"The talk with the server: which head has it for this board, and is it to be trusted? (docs/protocol.md §4, §5)"
# ota: -O3
import os
import sys
from binascii import hexlify, unhexlify

from machine import unique_id

import net
from ota import forget
from ota.head import Refused, doubt, fields, fits, installed, mpy, proves, read, refuse, trusted
from ota.http import Http, find, later, left


def settings():
    "(server, wait, board) of data/ota.json. What makes no sense there is as if it were missing."
    import json

    try:
        server, wait, board = map(json.loads(read("data/ota.json")).get, ("server", "wait", "board"))
    except Exception:  # whatever stands there instead of JSON
        server = wait = board = None
    if not isinstance(wait, int) or not 0 <= wait <= 3600:
        wait = 15
    return str(server), wait, board if isinstance(board, str) else ""


def update(idle, always, only):
    """only: True if a release waits that this board would take. Else None, or for a committed update: True when it
    changes code that is loaded."""
    try:
        server, wait, board = settings()
        if wait or always:
            return steps(server, board, later((wait or 15) * 1000), idle, only)
    except Exception as e:  # whatever happens here, the program of this board must start
        print("ota: refused", e if isinstance(e, Refused) else "code=failed msg=%r" % e)


def steps(server, board, until, idle, only):
    "The files are checked while Wi-Fi joins."
    damaged, tree = False, ""
    if not only:
        net.start()
        from ota.install import check

        damaged, tree = check(idle)
        del check
        forget("ota.install")  # until it is known that there is something to do
        refuse(not net.wait(left(until), idle), "no_wifi")
    if server[:7] != "http://":
        server = find(trusted(), until, idle)
        refuse(not server, "no_server")
    http = Http(server.rstrip("/"), idle, until)
    try:
        return question(http, board, damaged, tree, only)
    finally:
        http.close()


def question(http, board, damaged, tree, only):
    """What update() is to say. Refused unless a new head is signed, for this board, and not older than what runs.
    tree: digest of the files, empty if they were not checked."""
    head, fresh = ask(http, board, tree)
    same = head == read("data/head")
    if not same:
        code = doubt(head, "data/anchors", http.idle)
        refuse(code, code, head[11 : head.find(b"\n")].decode(), trusted())
    h = fields(head)
    if not same:
        fits(h, board, http.idle)
    print("ota: head release=%s current=%s fresh=%s host=%s" % (h["release"], same, fresh, http.host))
    if only:
        return not same
    if damaged or not same:
        from ota.install import install

        return install(http, head, h, tree)


def ask(http, board, tree):
    "The head as it comes, and whether the answer was made just now."
    try:
        name, key = read("data/enrol").split()
        int(name, 16)  # hex digits, or it would not be fit for a URL
        key, nonce = unhexlify(key), hexlify(os.urandom(8))
    except ValueError:  # not enrolled: no answer can be right
        name, key, nonce = hexlify(unique_id()), os.urandom(32), b""
    said = mpy() & 255, name.decode(), installed()[0], trusted(), board, tree, mpy()
    said = "%d/head?id=%s&have=%s&key=%s&board=%s&tree=%s&mpy=%d&fw=%d.%d.%d" % (said + sys.implementation.version[:3])
    http.get(said + "&nonce=" + nonce.decode() if nonce else said)
    head = http.body()
    if http.status != 200:
        raise Refused("code=answer msg=" + head.decode())
    return head, proves(http.fresh, key, nonce, head)
