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
    plug/deeds.py: settings(name), changed(name), reset(why), update_now(), stop(name)."""

    def __init__(self, switch, news):
        self.switch, self.news = switch, news
        self.poll = poll()
        self.owners = {}  # id of a socket -> (its part, itself)
        self.parts, self.due = {}, {}
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

    def __getattr__(self, name):
        from plug import deeds

        deed = getattr(deeds, name)
        plug.drop("deeds")
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
        "Part web is class Web of plug/web.py. The part without a name is a reset."
        self.due.pop(name, None)
        if not name:
            plug.reset(self.message)
        if name not in self.parts:
            try:
                __import__("plug." + name)
                self.parts[name] = getattr(getattr(plug, name), name[0].upper() + name[1:])(self)
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
