"When the plug asks for news by itself. Pure but for the dice."
# ota: -O3
from os import urandom

import net
import plug
from plug.house import later, left
from plug.memory import write

_FROM = 2 * 3600  # UTC; three hours from here on


def until_night(second_of_day):
    "ms to a random minute of the next night; a random moment about a day ahead when the time is unknown (None)."
    minute = (urandom(1)[0] << 8 | urandom(1)[0]) % 180
    if second_of_day is None:
        return (20 * 60 + minute) * 60000
    wait = _FROM + minute * 60 - second_of_day
    return (wait if wait > 0 else wait + 86400) * 1000


class Night:
    "Asks whether a release waits: when Wi-Fi comes up late, and once a night."

    def __init__(self, house):
        self.house = house
        self.late = not net.up() and not house.asked  # or a slow Wi-Fi would reset the board for ever
        self.plan()

    def plan(self):
        minute = self.house.minute()
        self.at = later(until_night(minute and minute % 1440 * 60))

    def wait(self):
        if not net.up():
            return 1000
        return 0 if self.late or self.house.waiting else left(self.at)

    def step(self):
        if not net.up():
            return
        if not self.house.waiting:
            self.late = False
            self.plan()
            try:
                self.house.waiting = bool(self.house.news())
            except MemoryError:  # then the next boot asks
                self.house.waiting = True
        if self.house.waiting:
            write(1, b"n")
            plug.reset(b"n")
