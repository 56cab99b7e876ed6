"""The first join after the setup: once it has succeeded no outage ends in the portal any more; if it fails, the form comes back with
the reason. Loaded for that, then dropped."""
# ota: -O3
from network import STA_IF, WLAN

import plug
from plug.house import later, left

_REASONS = {2: "password", 3: "network"}


class First:
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
            house.stop("first")
            plug.drop("first")
        elif left(self.end) <= 0:
            self.keep(reason="broker" if self.joined else _REASONS.get(WLAN(STA_IF).status(), "join"))
            plug.reset("p")

    def keep(self, **values):
        from plug.settings import save

        save("wifi", values)
        plug.drop("settings")
