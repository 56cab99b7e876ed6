"Care for Wi-Fi: joins again after an outage, without end, and forgets no network."
# ota: -O3
import net
from plug.house import later, left

_REJOIN = 30000  # ms between attempts to join


class Wifi:
    def __init__(self, house):
        self.house = house
        self.join = self.at = later(0)

    def wait(self):
        return left(self.at)

    def step(self):
        self.at = later(1000)
        if net.up():
            self.join = later(_REJOIN)
        elif left(self.join) <= 0:
            self.join = later(_REJOIN)
            net.start()
