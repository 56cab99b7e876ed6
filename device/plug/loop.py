"One small loop, no asyncio: page, clock, Wi-Fi and the nightly question take turns; none of them waits."
from time import ticks_add, ticks_diff, ticks_ms

import net
from machine import reset
from plug.clock import Clock
from plug.night import until_night
from plug.web import Web

_REJOIN = 30000  # ms between attempts to join


class Due:
    "A moment that comes again. Ticks wrap, so nothing may lie further ahead than six days."

    def __init__(self, ms):
        self.set(ms)

    def set(self, ms):
        self.at = ticks_add(ticks_ms(), ms)

    def now(self):
        return ticks_diff(self.at, ticks_ms()) <= 0


def loop(relay, news, asked):
    web, clock = Web(relay), Clock()
    was_up = net.up()
    join, ask, night = Due(0 if not was_up else _REJOIN), Due(0), Due(until_night(clock.second_of_day()))
    late = not was_up and not asked  # or a slow Wi-Fi would reset the board for ever
    print("plug: up wifi=%s" % was_up)
    while True:
        web.step(1000)
        if not net.up():
            if join.now():
                net.start()
                join.set(_REJOIN)
            continue
        if clock.step():
            night.set(until_night(clock.second_of_day()))
        if late and ask.now() or night.now():
            late = False
            night.set(until_night(clock.second_of_day()))
            if news():
                relay.remember(b"n")
                reset()
