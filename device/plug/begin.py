"How the plug begins, and on which board: alone in naming pins. Loaded for that, then dropped."
# ota: -O3
import gc
import sys

import plug
from micropython import const

scope = globals()

_TO_2000 = const(946684800)  # Unix seconds
# relay, LED, LED lit by 0, button (all of them pull to 0 when pressed)
_BOARDS = {
    "s20": (12, 13, True, 0),
    "s26": (12, 13, True, 0),
    "s31": (12, 13, True, 0),
    "oittm": (4, 13, True, 12),
    "pow": (12, 15, False, 0),
}


def board(name):
    "(relay, LED, LED is lit by 0, button): pin numbers. One that is not known is an s20: a page is there to mend it."
    if name not in names():
        print("plug: no board", name, "only", *names())
        name = "s20"
    return _BOARDS[name]


def names():
    return sorted(_BOARDS)


def chosen():
    "The board that data/ota.json says."
    import json

    try:
        with open("data/ota.json") as f:
            return json.load(f).get("board", "s20")
    except (OSError, ValueError, AttributeError):
        return "s20"


def begin():
    "Relay and button: they work from now on, whatever else waits. True when the plug has reset the board because of a release."
    pins = board(chosen())
    plug.relay = plug.Switch(pins)
    plug.Button(pins[3], plug.relay)
    asked = plug.read()[1] in b"nu"
    if asked:
        import net

        net.start()
        net.wait(60000, int)  # it was there a moment ago, so it is worth a longer wait
    return asked


def house(asked, heard, now, result=None):
    """The plug as a whole; its run() builds the parts, when the code of this file is gone, and is for ever. asked: this boot is a reset that
    was made for a release; whatever came of it, the next question is the nightly one. heard: by the update server, in this boot. now: (Unix
    seconds, ticks) of a time that is trusted, or None. result: of the question to the update server, in a word."""
    for name in "ota", "net":
        if name in sys.modules:
            getattr(sys.modules.pop(name), "__dict__", {}).clear()  # a word left on the stack may keep a module, but nothing of it
    from plug.house import House, left, later

    if not plug.relay:  # it was damaged when the board started
        begin()
    gc.threshold(1024)  # garbage does not spread far, so what is kept lies low in memory, in one piece
    plug.home = home = House(plug.relay)
    for table in home.owners, home.parts, home.due:  # room low in memory for all that ever comes
        table.update({i: 0 for i in range(8)})
        for i in range(8):
            del table[i]
    home.first = parts(home, asked)
    if asked or home.known["ota"]["wait"]:
        home.told = 0, result or ("heard" if heard else "no_answer")
    if now:
        home.set_time(now[0] - left(now[1]) // 1000 - _TO_2000)
    home.due["night"] = later(5000)  # when all others have begun: their beginning takes the most memory
    home.due["proof"] = later(0 if heard else 240000)
    plug.drop("begin")
    globals().clear()  # else a word that stays behind on the stack may keep all of it
    return home


def parts(house, asked):
    "Fills in what the house knows at once; gives the parts in the order in which they are built."
    import net
    from plug.settings import load

    house.known = known = {name: load(name) for name in ("ota", "wifi", "mqtt", "timers", "plug")}
    house.name = net.name()
    house.version = release()
    house.asked = asked or net.up() or not known["ota"]["wait"]
    del load
    plug.drop("settings")
    sys.modules.pop("net")
    net.scope.clear()
    plug.write(1, b"\0")
    wifi = known["wifi"]
    if not wifi["networks"] or not wifi["joined"] and wifi["reason"]:
        return ["portal"]
    mqtt = ["mqtt"] if known["mqtt"]["host"] else []
    for name in ["greet"][: len(mqtt)] + ["seldom", "night", "request", "fields", "menu", "timers", "forms", "inside"]:
        plug.load(name).scope.clear()  # once, for their names stay for ever: so they lie low in memory, and not among what comes later
    gc.collect()
    first = [] if wifi["joined"] else ["join"]
    return ["plan", "clock", "wifi"] + first + mqtt + ["web"]


def release():
    "Number of the installed release as text, empty without one."
    try:
        with open("data/head") as f:
            for line in f:
                if line[:8] == "release ":
                    return line[8:-1]
    except (OSError, UnicodeError):  # the signature is no text
        pass
    return ""
