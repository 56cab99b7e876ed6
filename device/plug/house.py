"""What the parts of the plug share, and the loop in which they take turns: small, no asyncio, and none of them waits.
docs/device.md says what a part is. And the care for Wi-Fi."""
# ota: -O3
import gc
import sys
import time

from machine import Timer, reset
from micropython import const
from network import STA_IF, WLAN
from select import poll
from socket import AF_INET, socket
from time import ticks_add, ticks_diff, ticks_ms

import plug

_STALL = const(60000)  # ms after which a loop that does not turn is reset
_BUILT = const(13675680)  # minutes from 2000 to 2026: an earlier time is none
_EPOCH = (time.localtime(172800)[0] - 1970) // 30 * 15778080 - 15778080  # minutes to add: 0, on boards that count from 1970 less


def later(ms):
    "A moment ms from now; at most six days, for ticks wrap."
    return ticks_add(ticks_ms(), ms)


def left(moment):
    "ms until a moment, negative behind it."
    return ticks_diff(moment, ticks_ms())


class House:
    """switch, clock, parts (name -> part, may lack one), due (name -> when it is built), next (minute of the next switching or None),
    override (state, until) or None, waiting (number of the release that waits, as text), message (for the page), name, version (release,
    as text), told (count when the update server was asked, and what came of it; None before), errors (of parts), count (of looks of the watchdog, one each 10 s), asked (whether a release waits has been asked since the
    start), up() (Wi-Fi). What is seldom needed is in plug/seldom.py: reset(why), update_now(), stop(name), set_time(seconds)."""

    def __init__(self, switch):
        self.switch = switch
        self.poll = poll()
        self.owners = {}  # id of a socket -> (its part, itself)
        self.parts, self.due, self.known = {}, {}, {}
        self.news = []  # names of settings that have changed, and nobody was told
        self.clock = self.next = self.override = self.told = None
        self.waiting = self.message = ""
        self.errors = 0
        self.night = False  # the next question is the nightly one
        self.up = WLAN(STA_IF).isconnected
        self.later, self.left = later, left
        self.fed = ticks_ms()
        self.count = 0
        self.timer = Timer(-1)  # kept, or the collector would free it under the hardware
        self.timer.init(period=10000, mode=Timer.PERIODIC, callback=self.look)

    def settings(self, name):
        "The valid settings of that name; see plug/settings.py."
        if name in self.known:
            return self.known[name]
        return plug.ask("settings", "load", name)

    def changed(self, name):
        "To be called after settings were saved: every part that knows them reads them before it is its turn again."
        self.news.append(name)

    def __getattr__(self, name):
        return lambda *values: plug.ask("seldom", name, self, *values)

    def look(self, _):
        "The watchdog, from a timer: a loop that hangs is ended and counted. count is also the age of the house, for ticks begin anew after days."
        self.count += 1
        if ticks_diff(ticks_ms(), self.fed) > _STALL:
            self.stalled()

    def feed(self):
        self.fed = ticks_ms()

    def minute(self):
        "Minutes since 2000 in UTC, None while the time is unknown."
        minute = time.time() // 60 + _EPOCH
        return minute if minute >= _BUILT else None

    def watch(self, sock, part, events):
        "The loop calls part.ready(sock, event). Again for other events of the same socket."
        if id(sock) in self.owners:
            self.poll.modify(sock, events)
        else:
            self.poll.register(sock, events)
            self.owners[id(sock)] = part, sock

    def open(self, part, kind, events):
        "A socket for a part that waits for these events. Before code comes that is dropped again: so the socket lies below it in memory."
        gc.collect()
        part.sock = sock = socket(AF_INET, kind)
        sock.setblocking(False)
        self.watch(sock, part, events)
        return sock

    def close(self, sock):
        if self.owners.pop(id(sock), None):
            self.poll.unregister(sock)
        sock.close()

    def build(self, name):
        "Part web is class Web of plug/web.py, but for clock, wifi, proof and join. The part without a name is a reset."
        self.due.pop(name, None)
        if not name:
            plug.reset(self.message)
        if name == "night" and "_watch" in sys.modules:  # there is no room for both
            self.due[name] = later(5000)
        elif name not in self.parts:
            try:
                if name == "night":  # its settings first: there is no room for the code of both
                    self.known["plug"] = plug.low(self.settings("plug"))
                file = {"clock": "plan", "wifi": "house", "proof": "house", "join": "night"}.get(name, name)
                file = __import__("plug." + file, None, None, ("x",))
                gc.collect()
                part = getattr(file, name[0].upper() + name[1:])(self)
                if part:
                    self.parts[name] = part
            except Exception as e:
                self.fail(name, e)
            if name == "night":
                self.known.clear()

    def tell(self):
        "What was saved is read once, when nothing of the request is in memory any more. Where there is no room yet it is told later."
        name = self.news[0]
        gc.collect()
        part = name
        try:
            self.known[name] = plug.low(self.settings(name))
            for part in list(self.parts.values()):
                if hasattr(part, "changed"):
                    part.changed(name)
            if name == "mqtt" and self.clock and self.known[name]["host"]:
                self.due[name] = later(0)
            self.news.pop(0)
            if name == "plug" and self.known[name]["name"] not in ("", self.name):
                self.name = self.known[name]["name"]
                self.changed("mqtt")  # it goes by that name as well
        except MemoryError:
            gc.collect()
        except Exception as e:
            self.news.pop(0)
            self.fail(part, e)
        self.known.clear()

    def fail(self, part, e):
        "Without the memory to say what is wrong, a reset is what is left."
        gc.collect()
        try:
            self.failed(part, e)
        except MemoryError:
            reset()

    def wait(self):
        "ms until somebody wants a turn."
        ms = 100 if self.news else _STALL // 3
        for part in self.parts.values():
            ms = min(ms, part.wait())
        for at in self.due.values():
            ms = min(ms, left(at))
        return max(0, ms)

    def run(self):
        "No part is held in a variable here: one that is stopped leaves the memory at once, with its code."
        for name in self.first:
            if name in ("web", "portal"):  # the largest
                self.known = {"plug": self.known["plug"]}
            gc.collect()  # each part lies close to the one before, or the heap is full of holes
            self.build(name)
        self.known = {}
        print("plug: up")
        while True:
            for sock, event in self.doze(later(self.wait())):
                self.turn(self.owners.get(id(sock), (None,))[0], sock, event)
            self.feed()
            if self.news:
                self.tell()
            for name in list(self.parts):
                self.turn(self.parts.get(name))
            for name in list(self.due):
                if left(self.due[name]) <= 0:
                    self.build(name)

    def turn(self, part, sock=None, event=0):
        "A part that raises is stopped, and built again after a while. None has gone meanwhile."
        try:
            if sock and part:
                part.ready(sock, event)
            elif part and part.wait() <= 0:
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
            elif not ready and not self.news and left(end) > 0:
                continue
            return ready


def Proof(house):
    "A release on trial stays: its page is up, and a server was heard, or some minutes have passed."
    watch = sys.modules.get("_watch")
    if watch and "web" in house.parts:
        watch.confirm()
    elif watch:
        house.due["proof"] = later(10000)


class Wifi:
    """Joins again after an outage, without end, and forgets no network. The LED flashes meanwhile. count: times joined; first: house.count
    at the first; last: minute of the last change."""

    def __init__(self, house):
        self.house = house
        self.count = 0
        self.first = self.last = None
        self.was = self.lit = False
        self.queue = ()
        self.join = later(12000 if WLAN(STA_IF).status() == 1 else 0)  # 1: the update client has begun to join
        self.at = later(0)
        self.changed("plug")

    def changed(self, name):
        if name == "wifi":
            self.queue = ()
        if name == "plug":
            self.house.switch.dim(self.house.settings(name)["level"])

    def wait(self):
        return left(self.at)

    def step(self):
        house, up = self.house, self.house.up()
        if up != self.was:
            self.was = up
            self.queue = ()
            self.count += up
            if self.first is None and up:
                self.first = house.count
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
                house.connect(self)
