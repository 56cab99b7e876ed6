"""Joining Wi-Fi: one attempt, and the first time after the setup. Once that has succeeded no outage ends in the portal any more; if it
fails, the form comes back with the reason. Loaded for that, then dropped."""
# ota: -O3
import sys

import net
from network import STA_IF, WLAN

import plug
from plug.house import later, left

_REASONS = {2: "password", 3: "network"}


def join(wifi):
    "A scan blocks 2.5 s: only when all known networks were tried, and never just before a switching point."
    house = wifi.house
    if not wifi.queue:
        if house.next and house.minute() and 0 < house.clock.ms_to(house.next) < 5000:
            return
        wifi.queue = net.candidates()
    sys.modules.pop("net", None)
    wifi.join = later(15000)
    if wifi.queue:
        net.station().connect(*wifi.queue.pop(0))


class Join:
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
            plug.drop("join")
        elif left(self.end) <= 0:
            self.keep(reason="broker" if self.joined else _REASONS.get(WLAN(STA_IF).status(), "join"))
            plug.reset("p")

    def keep(self, **values):
        from plug.settings import save

        save("wifi", values)
        plug.drop("settings")
