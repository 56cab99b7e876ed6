"From the settings to a committed update. What is needed for one step alone is loaded for it and dropped, so that memory is never asked for all."
# ota: -O3
import net
import ota
from ota.head import Refused, read, refuse
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
        ota.forget("ota.install")  # until it is known that there is something to do
        refuse(not net.wait(left(until), idle), "no_wifi")
    from ota.trust import question, trusted

    if server[:7] != "http://":
        server = find(trusted(), until, idle)
        refuse(not server, "no_server")
    http = Http(server.rstrip("/"), idle, until)
    try:
        new, *wanted = question(http, board, tree)
        del question, trusted
        ota.forget("ota.trust")
        if only:
            return new
        if damaged or new:
            from ota.install import install

            return install(http, *wanted)
    finally:
        http.close()
