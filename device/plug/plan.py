"Drives the relay as timers and override say. A machine.Timer switches on time even while something blocks the loop."
# ota: -O3
from machine import Timer
from micropython import const
from plug import rules, zone
from plug.house import later, left
from plug.switch import read, write

_NEAR = const(90000)  # ms: a longer wait is looked at again, for clocks drift and are set


class Plan:
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
        try:
            self.zone = zone.parse(self.house.settings("plug")["tz"])
        except ValueError:
            self.zone = 0, 0, None, None

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
        return minute + zone.offset(self.zone, minute)

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
