"""Number of the release that the server's head names, if it is higher than the installed one, as text; else empty. For the whole client there is no room beside the plug, so nothing of
it is believed: whoever lies here brings about one reset in a night, for ota.run() verifies."""
# ota: -O3
from ota.client import ask, fields, kept, later, reach, settings


def peek(idle):
    server, _, board = settings()
    http = reach(server, "", later(15000), idle)
    try:
        head, fresh = ask(http, board, "", "")
        new, have = int(fields(head)["release"]), kept()[0]
        print("ota: head release=%d current=%s fresh=%s host=%s" % (new, new == have, fresh, http.host))
        return str(new) if new > max(have, kept("data/bad")[0]) else ""  # also not one that was undone
    finally:
        http.close()
