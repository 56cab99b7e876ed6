"""When the plug asks for news by itself, and when it lets them in: at the owner's hour, else as soon as the relay is off.
Loaded for that, and gone again until the next night. And the first joining after the setup."""
# ota: -O3
import gc
from network import STA_IF, WLAN
from os import urandom

import plug
from plug import write
from plug.house import later, left

_REASONS = {2: "password", 3: "network"}
_FROM = 2 * 60  # minute of the UTC day; three hours from here on


def until_night(minute):
    "ms to a random minute of the next night; a random moment about a day ahead when the time is unknown (None)."
    dice = (urandom(1)[0] << 8 | urandom(1)[0]) % 180
    if minute is None:
        return (20 * 60 + dice) * 60000
    return ((_FROM + dice - minute - 1) % 1440 + 1) * 60000


class Night:
    """Built when the plug starts, when the time becomes known, when Wi-Fi comes up for the first time, and when the night has come:
    the last two ask."""

    def __init__(self, house):
        self.house = house
        self.now = house.up() and (not house.asked or house.night)
        self.hour = house.settings("plug")["hour"]

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
            wait = until_night(house.minute())
            if asks and wait < 43200000:  # not twice in a night
                wait += 86400000
            house.night = True
            house.stop("night")
            house.due["night"] = later(wait)
            plug.drop("night")

    def ask(self):
        "Blocks while the server answers, at most 15 s; button and relay go on."
        house = self.house
        house.asked = True
        gc.collect()
        try:
            house.waiting = bool(house.news(house.feed))
        except (OSError, ValueError, MemoryError) as e:  # no server, no head, no room: the next night
            print("plug: night", repr(e))
        gc.collect()


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
            self.keep(joined=True)
            house.stop("join")
            plug.drop("night")
        elif left(self.end) <= 0:
            self.keep(reason="broker" if self.joined else _REASONS.get(WLAN(STA_IF).status(), "join"))
            plug.reset("p")

    def keep(self, **values):
        from plug.settings import save

        save("wifi", values)
        plug.drop("settings")
