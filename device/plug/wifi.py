"Care for Wi-Fi: joins again after an outage, without end, and forgets no network. The LED flashes meanwhile."
# ota: -O3
from network import STA_IF, WLAN

import plug
from plug.house import later, left


class Wifi:
    "count: times joined; last: minute of the last change."

    def __init__(self, house):
        self.house = house
        self.count = 0
        self.last = None
        self.was = self.lit = False
        self.queue = []
        self.join = later(12000 if WLAN(STA_IF).status() == 1 else 0)  # 1: the update client has begun to join
        self.at = later(0)
        self.changed("plug")

    def changed(self, name):
        if name == "wifi":
            self.queue = []
        if name == "plug":
            self.house.switch.dim(self.house.settings(name)["level"])

    def wait(self):
        return left(self.at)

    def step(self):
        house, up = self.house, self.house.up()
        if up != self.was:
            self.was = up
            self.count += up
            self.last = house.minute()
            house.switch.show(house.switch.on)
            print("plug: wifi", "up" if up else "lost")
            if up and not house.asked:
                house.due["night"] = later(0)
        self.at = later(5000 if up else 500)
        if not up:
            self.lit = not self.lit
            house.switch.show(self.lit)
            if left(self.join) <= 0:
                from plug.join import join

                join(self)
                plug.drop("join")
