"""Does the server's head name a higher release than the installed one? For the whole client there is no room beside the plug, so nothing of
it is believed: whoever lies here brings about one reset in a night, for ota.run() verifies."""
# ota: -O3
from ota.client import fields, installed, later, mpy, reach, settings


def peek(idle):
    have = max(installed()[0], installed("data/bad")[0])  # also not one that was undone
    http = reach(settings()[0], "", later(15000), idle)
    try:
        http.get("%d/head" % (mpy() & 255), "?id=%s&have=%d" % (http.name, have))
        release = int(fields(http.body())["release"]) if http.status == 200 else 0
        print("ota: head release=%d current=%s fresh=False host=%s" % (release, release == have, http.host))
        return release > have
    finally:
        http.close()
