"""Joining Wi-Fi: one attempt, and the first time after the setup. Once that has succeeded no outage ends in the portal any more; if it
fails, the form comes back with the reason. And one question to a time server, with its answer (SNTP, RFC 4330). Loaded for that, then
dropped."""
# ota: -O3
import socket
import struct
import sys
from os import urandom
from select import POLLIN

from micropython import const
from network import STA_IF, WLAN

import plug
from plug.house import later, left

_REASONS = {2: "password", 3: "network"}
_TO_2000 = const(3155673600)  # seconds from 1900 to 2000
_BUILT = const(820540800)  # seconds from 2000 to 2026
_HOUR = const(60)  # minutes


def join(wifi):
    "A scan blocks 2.5 s: only when all known networks were tried, and never just before a switching point."
    import net

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


def ask(clock):
    "Each failure doubles the pause until the next question, and takes the next server. Only the name's look-up can block."
    if clock.sock:
        failed(clock, "silent")
    servers = clock.house.settings("plug")["ntp"]
    pause = min(15 << min(clock.fails, 8), _HOUR * 60)
    clock.lost += pause // 60
    try:
        if not clock.address:
            clock.address = socket.getaddrinfo(servers[clock.server % len(servers)], 123)[0][-1]
        clock.sock = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        clock.stamp = urandom(8)
        clock.house.watch(sock, clock, POLLIN)
        sock.sendto(b"\x23" + bytes(39) + clock.stamp, clock.address)
    except OSError as e:
        failed(clock, "no way: %s" % e)
    clock.due = later(pause * 1000)  # from now: the look-up may have taken longer than that


def answer(clock, a):
    if len(a) < 48 or a[0] & 7 != 4 or a[24:32] != clock.stamp:
        return  # not from a server, or not the answer to our question
    seconds, part = struct.unpack("!II", a[40:48])
    after = (seconds + (part >> 31) - _TO_2000) % (1 << 32)  # past 2036 as well: the era follows from the modulus
    if not 0 < a[1] < 16 or not seconds or after < _BUILT or a[0] >> 6 == 3:
        failed(clock, "refused" if a[1] == 0 else "wrong time")  # a kiss of death: not before the pause is over, and not this one
        return
    clock.stop()
    clock.fails = clock.lost = 0
    clock.error = ""
    clock.due = later(_HOUR * 60000)
    clock.set(after)


def failed(clock, error):
    clock.stop()
    clock.address = None
    clock.fails += 1
    clock.server += 1
    clock.error = error
    print("plug: ntp", error)
