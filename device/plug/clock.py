"The time, by SNTP (RFC 4330). The RTC is UTC. One question an hour, sooner after a failure; only the name's look-up can block."
# ota: -O3
import socket
import struct
import time
from machine import RTC
from os import urandom
from select import POLLIN

import net
from plug.house import later, left

_TO_2000 = 3155673600  # seconds from 1900 to 2000
_HOUR = 3600000
_BUILT = 13675680  # minutes from 2000 to 2026: an earlier time is none
_EPOCH = (time.gmtime(0)[0] - 1970) // 30 * 15778080 - 15778080  # minutes to add: 0, on boards that count from 1970 less


class Clock:
    """last: minute of the last answer, None without one; asked, failed: how often."""

    def __init__(self, house):
        self.house = house
        self.sock = self.last = None
        self.pause = 15000
        self.server = 0
        self.changed("plug")

    def changed(self, name):
        if name == "plug":
            self.servers = self.house.settings(name)["ntp"]
            self.addresses = {}
            self.due = later(0)

    def minute(self):
        "Minutes since 2000 in UTC, None while the time is unknown."
        minute = time.time() // 60 + _EPOCH
        return minute if minute >= _BUILT else None

    def ms_to(self, minute):
        "ms until that minute begins."
        return (minute - self.minute()) * 60000 - time.time() % 60 * 1000

    def wait(self):
        return left(self.due) if net.up() else 1000

    def step(self):
        if not net.up():
            return
        self.close(self.pause)
        self.pause = min(self.pause * 2, _HOUR)
        try:
            self.ask()
        except OSError as e:
            print("plug: ntp", e)

    def ask(self):
        address = socket.getaddrinfo(self.servers[0], 123)[0][-1]
        self.sock = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        self.stamp = urandom(8)
        self.house.watch(sock, self, POLLIN)
        sock.sendto(b"\x23" + bytes(39) + self.stamp, address)

    def ready(self, sock, _):
        answer = sock.recv(48)
        if len(answer) < 48 or answer[0] & 7 != 4 or not 0 < answer[1] < 16 or answer[24:32] != self.stamp:
            return  # not a server, a kiss of death, or not the answer to our question
        seconds = struct.unpack("!I", answer[40:44])[0]
        if not seconds:
            return
        self.set((seconds - _TO_2000) % (1 << 32))  # past 2036 as well: the era follows from the modulus
        self.close(_HOUR)
        self.pause = 15000

    def set(self, seconds):
        "Seconds since 2000, from whoever is trusted."
        t = time.gmtime(seconds - _EPOCH * 60)
        RTC().datetime((t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0))
        self.last = self.minute()
        plan = self.house.parts.get("plan")
        if plan:
            plan.at = later(0)

    def close(self, ms):
        self.due = later(ms)
        if self.sock:
            self.house.forget(self.sock)
            self.sock.close()
            self.sock = None

    def stop(self):
        self.close(0)
