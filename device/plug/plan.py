"""The time, and the plan that drives the relay as timers and override say. The RTC is UTC. A time server is asked once an hour, sooner
after a failure; docs/device.md says what is believed."""
# ota: -O3
import gc

from machine import Timer
from micropython import const
from os import urandom
from select import POLLIN
from socket import SOCK_DGRAM
from time import time

import plug
from plug import read, rules, write
from plug.house import later, left

_NEAR = const(90000)  # ms: a longer wait is looked at again, for clocks drift and are set


class Clock:
    """last: minute of the last answer, None without one. lost: minutes without an answer, after 420 the page warns. error: the last one.
    names: the servers."""

    def __init__(self, house):
        self.house = house
        house.clock = self
        self.sock = self.last = self.stamp = None
        self.changed("plug")

    def changed(self, name):
        if name == "plug":
            self.names = " ".join(self.house.settings(name)["ntp"])
            self.fails = self.lost = self.index = 0
            self.address = None
            self.error = ""
            self.due = later(0)

    def ms_to(self, minute):
        "ms until that minute begins."
        return (minute - self.house.minute()) * 60000 - time() % 60 * 1000

    def wait(self):
        return left(self.due)

    def step(self):
        "A moment to ask; what was asked before has had its time."
        house = self.house
        self.due = later(1000)
        if house.up():
            if self.sock:
                house.missed(self, "silent")
            house.open(self, SOCK_DGRAM, POLLIN)
            self.stamp = urandom(8)
            house.ask(self)
            self.address = plug.low(self.address)

    def ready(self, sock, _):
        try:
            data = sock.recv(48)
        except OSError:  # nobody is there: the pause ends as after silence
            return
        self.house.answer(self, data)


class Plan:
    "A machine.Timer switches on time even while something blocks the loop."

    def __init__(self, house):
        self.house = house
        self.timer = Timer(-1)
        self.at = self.done = self.then = None  # the minute for which the timer has switched; what it will switch to
        data = read()
        until = int.from_bytes(data[10:14], "big")
        if until:
            house.override = data[14] == 49, until
        self.changed("timers")
        self.changed("plug")

    def changed(self, name):
        house = self.house
        if name == "timers":
            if self.at is not None:  # they are others than before
                self.keep(None)
                house.switch.manual = False
            self.timers = house.settings(name)  # it lies low in memory, and stays there: so each row becomes a number in its place
            rows = self.timers["rows"]
            for i in range(len(rows)):
                rows[i] = rows[i][0] << 18 | rows[i][1] << 7 | rows[i][2]
        if name == "plug":
            text = house.settings(name)["tz"]
            try:
                zone = plug.ask("forms", "parse", text)
            except ValueError:
                zone = 0, 0, None, None
            gc.collect()
            self.zone = tuple([tuple(list(rule)) if isinstance(rule, tuple) else rule for rule in zone])  # low in memory as well
        self.at = later(0)

    def keep(self, override):
        self.house.override = override
        on, until = override or (False, 0)
        write(10, until.to_bytes(4, "big") + (b"1" if on else b"0"))

    def local(self, minute):
        "The same minute on the wall."
        return minute + rules.span(self.zone, minute)[0]

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
