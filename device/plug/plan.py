"""The time, and the plan that drives the relay as timers and override say. The RTC is UTC. A time server is asked once an hour, sooner
after a failure; docs/device.md says what is believed."""
# ota: -O3
import time

from machine import RTC, Timer
from micropython import const

import plug
from plug import read, rules, write
from plug.house import later, left

_NEAR = const(90000)  # ms: a longer wait is looked at again, for clocks drift and are set
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
            from plug.seldom import ask

            ask(self)
            plug.drop("seldom")

    def ready(self, sock, _):
        from plug.seldom import answer

        answer(self, sock.recv(48))
        plug.drop("seldom")

    def stop(self):
        if self.sock:
            self.house.forget(self.sock)
            self.sock.close()
            self.sock = None


class Plan:
    "A machine.Timer switches on time even while something blocks the loop."

    def __init__(self, house):
        self.house = house
        self.timer = Timer(-1)
        self.done = self.then = None  # the minute for which the timer has switched; what it will switch to
        memory = read()
        until = int.from_bytes(memory[10:14], "big")
        if until:
            house.override = memory[14] == 49, until
        self.load()

    def load(self):
        self.at = later(0)
        self.timers = self.house.settings("timers")
        from plug.forms import parse

        try:
            self.zone = parse(self.house.settings("plug")["tz"])
        except ValueError:
            self.zone = 0, 0, None, None
        plug.drop("forms")

    def changed(self, name):
        if name == "timers":
            self.keep(None)
            self.house.switch.manual = False
        if name in ("timers", "plug"):
            self.load()
        if name == "time":
            self.at = later(0)

    def keep(self, override):
        self.house.override = override
        on, until = override or (False, 0)
        write(10, until.to_bytes(4, "big") + (b"1" if on else b"0"))

    def local(self, minute):
        "The same minute on the wall."
        return minute + rules.offset(self.zone, minute)

    def wait(self):
        return 0 if self.house.switch.manual and self.house.minute() else left(self.at)

    def step(self):
        house, switch = self.house, self.house.switch
        minute = house.minute()
        self.at = later(60000)
        if minute is None:
            return
        if self.done == minute + 1:
            minute += 1  # the timer was a little ahead of the clock
        if switch.manual:
            switch.manual = False
            until = rules.until_for(self.timers, self.zone, minute)
            self.keep((switch.on, until) if until else None)
        elif house.override and house.override[1] <= minute:
            self.keep(None)
        on, house.next = rules.decide(self.timers, self.zone, house.override, minute)
        if on is not None and on != switch.on and not switch.manual:
            switch.set(on, "t")
        self.arm()

    def arm(self):
        "A next switching point that is near gets the timer."
        self.timer.deinit()
        point = self.house.next
        if point is not None:
            ms = self.house.clock.ms_to(point)
            if ms < _NEAR:
                self.then = rules.decide(self.timers, self.zone, None, point)[0]
                self.timer.init(period=max(ms, 1), mode=Timer.ONE_SHOT, callback=self.fire)

    def fire(self, _):
        "An override ends here, also one that the plan has not seen yet."
        self.done = self.house.next
        self.house.switch.set(self.then, "t")
        self.at = later(0)

    def stop(self):
        self.timer.deinit()
