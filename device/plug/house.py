"What the parts of the plug share: sockets, time, settings, and what is going on."
# ota: -O3
from select import poll
from time import ticks_add, ticks_diff, ticks_ms

import net
import plug
from plug.memory import read, write


def later(ms):
    "A moment ms from now; at most six days, for ticks wrap."
    return ticks_add(ticks_ms(), ms)


def left(moment):
    "ms until a moment, negative behind it."
    return ticks_diff(moment, ticks_ms())


def release():
    "Number of the installed release as text, empty without one."
    try:
        with open("data/head") as f:
            for line in f:
                if line[:8] == "release ":
                    return line[8:-1]
    except OSError:
        pass
    return ""


class House:
    """switch, clock, parts (name -> part, may lack one), next (minute of the next switching, or None), override (state, until) or
    None, waiting (an update waits), message (for the page), name, version, started (ticks), errors (of parts)."""

    later = staticmethod(later)
    left = staticmethod(left)

    def __init__(self, switch, news, asked):
        self.switch, self.news, self.asked = switch, news, asked
        self.poll = poll()
        self.owners = {}  # id of a socket -> (its part, itself)
        self.parts = {}
        self.clock = self.next = self.override = None
        self.waiting = False
        self.message = ""
        self.errors = 0
        self.name = net.name()
        self.version = release()
        self.started = self.fed = ticks_ms()
        self.fresh = False  # settings were saved just now
        self.again = None  # when to reset, and why
        self.why = b""
        self.installing = read()[1]
        write(1, b"\0")
        switch.dim(self.settings("plug")["level"])

    def minute(self):
        "Minutes since 2000 in UTC, None while the time is unknown."
        return self.clock and self.clock.minute()

    def settings(self, name):
        "The valid settings of that name; see plug/settings.py."
        from plug.settings import load

        values = load(name)
        plug.drop("settings")
        return values

    def changed(self, name):
        "To be called after settings were saved: every part that knows them reads them at once."
        self.fresh = True
        if name == "plug":
            self.switch.dim(self.settings("plug")["level"])
        for part in list(self.parts.values()):
            if hasattr(part, "changed"):
                part.changed(name)

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

    def reset(self, why):
        "why: one character. In a second, so that an answer gets out first."
        self.why = why.encode()
        self.again = later(1000)

    def update_now(self):
        "Resets for the update client, which asks and installs."
        write(1, b"u")
        self.reset("u")
