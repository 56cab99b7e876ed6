"The time. The RTC is UTC. A time server is asked once an hour, sooner after a failure; docs/device.md says what is believed."
# ota: -O3
import time
from machine import RTC
from micropython import const

import plug
from plug.house import later, left

_BUILT = const(13675680)  # minutes from 2000 to 2026: an earlier time is none
_EPOCH = (time.gmtime(0)[0] - 1970) // 30 * 15778080 - 15778080  # minutes to add: 0, on boards that count from 1970 less


class Clock:
    "last: minute of the last answer, None without one. lost: minutes without an answer, a warning is due after 420. error: the last one."

    def __init__(self, house):
        self.house = house
        house.clock = self
        self.sock = self.last = None
        self.changed("plug")

    def changed(self, name):
        if name == "plug":
            self.fails = self.lost = self.server = 0
            self.address = None
            self.error = ""
            self.due = later(0)

    def minute(self):
        "Minutes since 2000 in UTC, None while the time is unknown."
        minute = time.time() // 60 + _EPOCH
        return minute if minute >= _BUILT else None

    def ms_to(self, minute):
        "ms until that minute begins."
        return (minute - self.minute()) * 60000 - time.time() % 60 * 1000

    def set(self, seconds):
        "Seconds since 2000, from whoever is trusted."
        if self.minute() is None:
            self.house.night = False
            self.house.due["night"] = later(0)  # to find the night anew
        t = time.gmtime(seconds - _EPOCH * 60)
        RTC().datetime((t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0))
        self.last = self.minute()
        self.house.changed("time")

    def wait(self):
        return left(self.due)

    def step(self):
        "A moment to ask; what was asked before has had its time."
        self.due = later(1000)
        if self.house.up():
            from plug.sntp import ask

            ask(self)
            plug.drop("sntp")

    def ready(self, sock, _):
        from plug.sntp import answer

        answer(self, sock.recv(48))
        plug.drop("sntp")

    def stop(self):
        if self.sock:
            self.house.forget(self.sock)
            self.sock.close()
            self.sock = None
