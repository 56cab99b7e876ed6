"How the plug begins. Loaded for that, then dropped."
# ota: -O3
import gc
import sys

import plug
from plug.memory import write


def begin():
    "Relay and button: they work from now on, whatever else waits. Can be called again."
    if not plug.switch:
        from plug.board import board, chosen
        from plug.button import Button
        from plug.switch import Switch

        pins = board(chosen())
        plug.switch = Switch(pins)
        Button(pins[3], plug.switch)
        plug.drop("board")


def house(news, asked):
    """The plug as a whole; its run() is for ever. news(idle): does a release wait? Asked when Wi-Fi comes up late, and once a night. asked: this boot is a reset that was
    made for a release; whatever came of it, the next question is the nightly one."""
    from plug.house import House

    plug.home = home = House(plug.switch, news)
    for name in parts(home, asked):
        gc.collect()  # each part lies close to the one before, or the heap is full of holes
        home.build(name)
    home.known = {}
    print("plug: up")
    plug.drop("begin")
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
    gc.collect()
    write(1, b"\0")
    wifi = known["wifi"]
    if not wifi["networks"] or not wifi["joined"] and wifi["reason"]:
        return ["portal"]
    first = [] if wifi["joined"] else ["first"]
    mqtt = ["mqtt"] if known["mqtt"]["host"] else []
    return ["plan", "clock", "wifi"] + first + mqtt + ["night", "web"]


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
