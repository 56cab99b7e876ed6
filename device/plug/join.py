"One attempt to join Wi-Fi. Loaded for that, then dropped."
# ota: -O3
import sys

import net
from plug.house import later


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
