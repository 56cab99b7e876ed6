"""What the parts of the plug share, and the loop in which they take turns: small, no asyncio, and none of them waits.
docs/device.md says what a part is."""
# ota: -O3
import gc

from machine import Timer, reset
from micropython import const
from network import STA_IF, WLAN
from select import poll
from time import ticks_add, ticks_diff, ticks_ms

import plug

_WHERE = {"clock": "plan", "wifi": "house", "join": "night"}  # files of parts, where their name is another one
_STALL = const(60000)  # ms after which a loop that does not turn is reset


def later(ms):
    "A moment ms from now; at most six days, for ticks wrap."
    return ticks_add(ticks_ms(), ms)


def left(moment):
    "ms until a moment, negative behind it."
    return ticks_diff(moment, ticks_ms())


class House:
    """switch, clock, parts (name -> part, may lack one), due (name -> when it is built), next (minute of the next switching or None),
    override (state, until) or None, waiting (an update waits), message (for the page), name, version (release, as text),
    errors (of parts), asked (whether a release waits has been asked since the start), up() (Wi-Fi). What is seldom needed is in
    plug/seldom.py: changed(name), reset(why), update_now(), stop(name)."""

    def __init__(self, switch, news):
        self.switch, self.news = switch, news
        self.poll = poll()
        self.owners = {}  # id of a socket -> (its part, itself)
        self.parts, self.due, self.known = {}, {}, {}
        self.clock = self.next = self.override = None
        self.waiting = False
        self.message = ""
        self.errors = 0
        self.night = False  # the next question is the nightly one
        self.up = WLAN(STA_IF).isconnected
        self.later, self.left = later, left
        self.started = self.fed = ticks_ms()
        self.dog = Timer(-1)  # kept, or the collector would free it under the hardware
        self.dog.init(period=10000, mode=Timer.PERIODIC, callback=self.look)

    def settings(self, name):
        "The valid settings of that name; see plug/settings.py."
        if name in self.known:
            return self.known[name]
        from plug.settings import load

        values = load(name)
        plug.drop("settings")
        return values

    def __getattr__(self, name):
        from plug import seldom

        deed = getattr(seldom, name)
        plug.drop("seldom")
        return lambda *what: deed(self, *what)

    def look(self, _):
        "The watchdog, from a timer: a loop that hangs is ended and counted."
        if ticks_diff(ticks_ms(), self.fed) > _STALL:
            self.stalled()

    def feed(self):
        self.fed = ticks_ms()

    def minute(self):
        "Minutes since 2000 in UTC, None while the time is unknown."
        return self.clock and self.clock.minute()

    def watch(self, sock, part, events):
        "The loop calls part.ready(sock, event). Again for other events of the same socket."
        if id(sock) in self.owners:
            self.poll.modify(sock, events)
        else:
            self.poll.register(sock, events)
            self.owners[id(sock)] = part, sock

    def forget(self, sock):
        "Before a socket is closed."
        if self.owners.pop(id(sock), None):
            self.poll.unregister(sock)

    def build(self, name):
        "Part web is class Web of plug/web.py, but for _WHERE. The part without a name is a reset."
        self.due.pop(name, None)
        if not name:
            plug.reset(self.message)
        if name not in self.parts:
            try:
                file = __import__("plug." + _WHERE.get(name, name), None, None, ("x",))
                self.parts[name] = getattr(file, name[0].upper() + name[1:])(self)
            except Exception as e:
                self.fail(name, e)

    def fail(self, part, e):
        "Without the memory to say what is wrong, a reset is what is left."
        gc.collect()
        try:
            self.failed(part, e)
        except MemoryError:
            reset()

    def run(self):
        while True:
            wait = 60000
            for part in self.parts.values():
                wait = min(wait, part.wait())
            for at in self.due.values():
                wait = min(wait, left(at))
            for sock, event in self.doze(later(max(0, wait))):
                owner = self.owners.get(id(sock))
                if owner:
                    self.turn(owner[0], sock, event)
            self.feed()
            for part in list(self.parts.values()):
                self.turn(part)
            for name in list(self.due):
                if left(self.due[name]) <= 0:
                    self.build(name)

    def turn(self, part, sock=None, event=0):
        "A part that raises is stopped, and built again after a while."
        try:
            if sock:
                part.ready(sock, event)
            elif part.wait() <= 0:
                part.step()
        except Exception as e:
            self.fail(part, e)

    def doze(self, end):
        "Until a socket is ready, the time is over, or the relay was switched by an interrupt, which cannot end a poll."
        count = self.switch.count
        while True:
            ready = self.poll.poll(max(0, min(left(end), 500)))
            if self.switch.count != count:
                self.switch.remember()
            elif not ready and left(end) > 0:
                continue
            return ready


class Wifi:
    "Joins again after an outage, without end, and forgets no network. The LED flashes meanwhile. count: times joined; last: minute of the last change."

    def __init__(self, house):
        self.house = house
        self.count = 0
        self.last = None
        self.was = self.lit = False
        self.queue = []
        self.join = later(12000 if WLAN(STA_IF).status() == 1 else 0)  # 1: the update client has begun to join
        self.at = later(0)
        self.changed("plug")

    def changed(self, name):
        if name == "wifi":
            self.queue = []
        if name == "plug":
            self.house.switch.dim(self.house.settings(name)["level"])

    def wait(self):
        return left(self.at)

    def step(self):
        house, up = self.house, self.house.up()
        if up != self.was:
            self.was = up
            self.count += up
            self.last = house.minute()
            house.switch.show(house.switch.on)
            print("plug: wifi", "up" if up else "lost")
            if up and not house.asked:
                house.due["night"] = later(0)
        self.at = later(5000 if up else 500)
        if not up:
            self.lit = not self.lit
            house.switch.show(self.lit)
            if left(self.join) <= 0:
                from plug.seldom import join

                join(self)
                plug.drop("seldom")
