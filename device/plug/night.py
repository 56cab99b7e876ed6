"""When the plug asks for news by itself, and when it lets them in: at the owner's hour, else as soon as the relay is off.
Loaded for that, and gone again until the next night. And the first joining after the setup."""
# ota: -O3
import gc
import sys
from micropython import const
from network import STA_IF, WLAN
from os import urandom

import plug
from plug import write
from plug.house import later, left

scope = globals()

_FROM = const(120)  # minute of the UTC day; three hours from here on


def until_night(minute):
    "ms to a random minute of the next night; a random moment about a day ahead when the time is unknown (None)."
    dice = (urandom(1)[0] << 8 | urandom(1)[0]) % 180
    if minute is None:
        return (20 * 60 + dice) * 60000
    return ((_FROM + dice - minute - 1) % 1440 + 1) * 60000


def free():
    "Drops the update client."
    for name in list(sys.modules):
        if name.split(".")[0] in ("net", "ota"):
            del sys.modules[name]
    gc.collect()


def peek(idle):
    """Number of the release that the server's head names, if it is higher than the installed one, as text; else empty. And what came of the
    question. For the whole client
    there is no room beside the plug, so nothing of it is believed: whoever lies here brings about one reset in a night, for ota.run() verifies."""
    from ota.client import ask, fields, kept, later, reach

    known = plug.home.settings("ota")
    http = reach(known["server"], later(15000), idle)
    try:
        head, fresh = ask(http, known["board"], "", "", "")
        new, have = int(fields(head)["release"]), kept()[0]
        print("ota: head release=%d current=%s fresh=%s host=%s" % (new, new == have, fresh, http.host))
        if new == have:
            return "", "current"
        if new <= max(have, kept("data/bad")[0]):  # also not one that was undone
            return "", "release %d, here is %d" % (new, have)
        return str(new), "news"
    finally:
        http.close()


class Night:
    """Built when the plug starts, when the time becomes known, when Wi-Fi comes up for the first time, and when the night has come:
    the last two ask."""

    def __init__(self, house):
        self.house = house
        self.now = house.up() and (not house.asked or house.night)
        self.changed("plug")

    def changed(self, name):
        if name == "plug":
            self.hour = self.house.settings(name)["hour"]

    def wait(self):
        return 0 if not self.house.waiting or self.may() else 10000

    def may(self):
        house = self.house
        minute = house.minute()
        if self.hour < 0 or minute is None or "plan" not in house.parts:
            return not house.switch.on
        return house.parts["plan"].local(minute) // 60 % 24 == self.hour

    def step(self):
        house = self.house
        if house.waiting:
            write(1, b"n")
            plug.reset("n")
        asks, self.now = self.now, False
        if asks:
            self.ask()
        if not house.waiting:
            house.parts.pop("night")
            plug.drop("night")
            house.night = True
            wait = until_night(house.minute())  # not before, for the time may become known meanwhile
            if asks and wait < 43200000:  # not twice in a night
                wait += 86400000
            house.due["night"] = later(wait)

    def ask(self):
        "Blocks while the server answers, at most 15 s; button and relay go on. The page makes room for the client."
        house = self.house
        house.asked = True
        house.stop("web")
        plug.drop("web")
        house.due["web"] = later(0)
        gc.collect()
        try:
            found = peek(house.feed)
        except Exception as e:  # no server, no head, no room: the next night
            word = str(e).split(" ")[0]
            found = "", word[5:] if word[:5].encode() == b"code=" else "failed"
            print("ota: refused", e)
        free()
        house.waiting, why = plug.low(found)
        house.told = house.count, why


class Join:
    """The first time after the setup: once that has succeeded no outage ends in the portal any more; if it fails, the form comes back
    with the reason."""

    def __init__(self, house):
        self.house = house
        self.broker = house.settings("mqtt")["host"]
        self.end = later(40000)
        self.joined = False
        self.at = later(0)

    def wait(self):
        return left(self.at)

    def step(self):
        house = self.house
        self.at = later(500)
        up = house.up()
        if up and not self.joined:
            self.joined = True
            self.end = later(15000)  # for the broker
        mqtt = house.parts.get("mqtt")
        if up and (not self.broker or mqtt and mqtt.up):
            save("wifi", {"joined": True})
            plug.drop("settings", "night")
            house.parts.pop("join")
        elif left(self.end) <= 0:
            reasons = {2: "password", 3: "network"}
            save("wifi", {"reason": "broker" if self.joined else reasons.get(WLAN(STA_IF).status(), "join")})
            plug.reset("p")


def save(name, values):
    from plug.settings import save

    save(name, values)
