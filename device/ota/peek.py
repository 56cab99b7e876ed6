"""Does the server's head name a higher release than the installed one? Light enough to ask beside a program. Nothing of it is believed:
whoever lies here brings about one reset in a night, for run() verifies. A server that is not named in data/ota.json is not looked for."""
# ota: -O3
import json
import os
import sys

from ota.http import Http, later


def number(head):
    return int((head.split(b"\nrelease ") + [b"0"])[1].split(b"\n")[0])


def peek(idle):
    with open("data/ota.json") as f:
        url = json.load(f).get("server")
    have = 0
    for name in os.listdir("data"):
        if name in ("head", "bad"):  # also not one that was undone
            with open("data/" + name, "rb") as f:
                have = max(have, number(f.read()))
    if not url:
        return False
    http = Http(url.rstrip("/"), idle, later(15000))
    try:
        i = sys.implementation
        http.get("%d/head" % ((getattr(i, "_mpy", 0) or i.mpy) & 255))
        release = number(http.body()) if http.status == 200 else 0
        print("ota: head release=%d current=%s fresh=False host=%s" % (release, release == have, http.host))
        return release > have
    finally:
        http.close()
