"""A client for MQTT 3.1.1 that never waits. What it publishes is what holds at that moment, one message at a time, so nothing queues
up while the broker is away. docs/mqtt.md: the topics, and what is said when."""
# ota: -O3
import gc
from os import urandom
from select import POLLIN, POLLOUT
from socket import SOCK_STREAM

import plug
from machine import Timer
from micropython import const
from plug.house import later, left

_CONNACK = const(2)
_PUBLISH = const(3)
_PUBACK = const(4)
_SUBACK = const(9)
_PINGRESP = const(13)
_ANSWER = const(5000)  # ms that the broker has for an answer
_PING = const(25000)
_OFFON = const(5000)
_NAMELESS = const(30000)  # ms after a look-up that failed: the next one may block for 19 s


def text(b):
    "A string of the protocol."
    return len(b).to_bytes(2, "big") + b


def packet(head, body):
    n = len(body)
    return bytearray((head, n) if n < 128 else (head, n & 127 | 128, n >> 7)) + body


class Mqtt:
    """up: the broker has let us in. error: what is wrong, for people; empty when nothing is. todo: number of the message of the greeting that
    is due, None when all are said. count: how often the broker has let us in and thrown us off again, in a row."""

    def __init__(self, house):
        self.house = house
        self.fed = house.switch.count  # the change that the feed knows; told: that the main topic knows
        self.timer = Timer(-1)
        self.sock = self.set = self.news = self.mark = self.client = None  # all fields at once: a table that grows later lies high in memory
        self.own = []  # what we fed and did not hear back yet
        self.changed("mqtt")

    def changed(self, name):
        if name == "mqtt":
            self.stop()
            self.topics = [t.encode() for t in plug.low(plug.ask("greet", "begin", self))]
            self.main = self.topics.pop(0)
            self.buf = bytearray(128 + max([len(t) for t in self.topics]))

    def stop(self):
        if self.sock:
            self.house.close(self.sock)
        self.sock = self.told = self.todo = None
        self.up = False
        self.out = b""
        self.own.clear()
        self.asked = 0  # a bit for each kind of packet that is awaited
        self.have = self.skip = 0  # bytes in the buffer; bytes to come of a packet that does not fit into it

    def lost(self, why, ms=0):
        """Again in half a second, later in 2 to 4: a broker that is back sees us within 10, and not all plugs at once. Whoever is let in and
        thrown off again and again, before the first ping is due, has a namesake: a broker ends the older of the two."""
        self.count = self.count + 1 if self.up else 0
        if self.count > 2:
            why = plug.ask("greet", "why")
        self.stop()
        if why != self.error:
            print("plug: mqtt:", why)
            self.error = plug.low(why)
        self.fails += 1
        if not self.fails & 7:
            self.address = None
        base = 250 << min(self.fails, 3)
        self.at = later(ms or base + base * urandom(1)[0] // 256)

    # the loop calls these

    def wait(self):
        if not self.set["host"]:
            return 60000
        house = self.house
        if self.up and not self.out and not self.asked & 1 << _PUBACK:
            if not self.told == self.fed == house.switch.count or self.todo is not None or self.news != house.waiting:
                return 0
        return left(self.at)

    def step(self):
        try:
            if left(self.at) > 0:
                self.say()
            elif self.asked:
                raise OSError("no answer came")
            elif self.sock:
                self.ask(_PINGRESP, b"\xc0\0")
            elif self.house.up():
                self.house.open(self, SOCK_STREAM, POLLOUT)
                plug.ask("greet", "connect", self)
                self.address = plug.low(self.address)
            else:
                self.at = later(1000)
        except OSError as e:
            self.lost(str(e), 0 if self.address else _NAMELESS)

    def ready(self, sock, event):
        try:
            if event & POLLIN:
                self.read()
            elif event & ~POLLOUT:  # an error, which is told unasked
                raise OSError("no connection")
            else:
                self.send(b"")
        except (OSError, ValueError) as e:
            self.lost(str(e))

    # to the broker

    def ask(self, kind, data):
        "Sends what the broker has to answer with a packet of that kind."
        self.asked |= 1 << kind
        self.at = later(_ANSWER)
        self.send(data)

    def send(self, data):
        self.out += data
        n = self.sock.write(self.out)
        self.out = self.out[n or 0 :]
        self.house.watch(self.sock, self, POLLOUT if self.out else POLLIN)

    def say(self):
        "The next thing that the broker does not know."
        n = self.house.switch.count  # before the state: if an interrupt comes between the two, it is said again
        state = b"on" if self.house.switch.on else b"off"
        if self.fed != n:
            self.fed = n
            if self.topics[3]:
                self.own.append(state)
                if len(self.own) > 4:
                    self.own.pop(0)
                self.publish(self.topics[3], state, 0)
        elif self.told != n:
            self.told = n
            if self.main:
                self.publish(self.main, state)
        else:
            n = self.todo or 0
            message = plug.ask("greet", "message", self, n)
            gc.collect()  # the packet may have to wait
            self.todo = n + 1 if message else None
            if message:
                self.publish(*message)

    def publish(self, topic, message, retain=1):
        "QoS 1. One is under way at a time, so one packet id will do."
        self.unacked = packet(0x32 | retain, text(topic) + b"\0\1" + message)
        self.ask(_PUBACK, self.unacked)

    # from the broker

    def read(self):
        view = memoryview(self.buf)
        n = self.sock.readinto(view[: self.skip] if self.skip else view[self.have :])
        if n == 0:
            raise OSError("closed by the broker")
        if self.skip:
            self.skip -= n or 0
        elif n:
            self.have += n
            while self.have > 1 and self.parse():
                pass

    def parse(self):
        "Takes a packet that is there, whole or as far as it fits."
        buf, have = self.buf, self.have
        n = i = 0
        while not i or buf[i] & 128:
            i += 1
            if i == 5:
                raise ValueError("a bad packet")
            if i == have:
                return False
            n |= (buf[i] & 127) << 7 * i - 7
        n += i + 1
        end = min(n, len(buf))
        if have < end:
            return False
        self.take(buf[0] >> 4, i + 1, end, n > end)
        self.skip = n - end
        self.have = have - end
        buf[: have - end] = buf[end:have]
        return True

    def take(self, kind, at, end, cut):
        if kind == _PUBLISH and self.up:
            return self.hear(at, end, cut)
        if not self.asked >> kind & 1:
            raise ValueError("a bad packet")
        self.asked ^= 1 << kind
        if kind == _CONNACK:
            plug.ask("greet", "welcome", self, self.buf[at + 1])
        elif kind == _PUBACK:
            self.unacked = None
        elif kind == _PINGRESP:
            self.fails = 0
            if self.count:
                self.count = 0
                self.error = ""
            self.own.clear()  # what we did not hear by now will not come
        elif max(self.buf[at + 2 : end]) > 127:
            self.error = "topic not allowed"
        if not self.asked:
            self.at = later(_PING)

    def hear(self, start, end, cut):
        "PUBLISH. What was retained is no order: it is old, and comes again with each connection."
        buf = self.buf
        at = start + 2 + (buf[start] << 8 | buf[start + 1])
        topic = bytes(buf[start + 2 : at])
        if buf[0] & 6:
            at += 2
            self.send(b"\x40\2" + buf[at - 2 : at])
        if at > end or buf[0] & 4:
            raise ValueError("a bad packet")
        if topic and topic in self.topics and not buf[0] & 1:
            self.obey(self.topics.index(topic), None if cut else bytes(buf[at:end]))

    def obey(self, which, word):
        switch = self.house.switch
        order = (word or b"").strip().lower()
        if which == 1:
            switch.set(not switch.on, "m")
        elif which == 2:
            if order == b"install":
                self.house.update_now()
        elif self.own and which == 3:
            # The feed brings back what we say. What comes before that was said before it: ours is the last word.
            if word == self.own[0]:
                self.own.pop(0)
        elif order == b"toggle":
            switch.set(not switch.on, "m")  # and the feed is told what came of it
        elif order in (b"on", b"off", b"1", b"0"):
            switch.set(order in b"on1", "m")
            if which == 3:
                self.fed = switch.count
        elif order == b"offon" and which == 3:
            switch.set(False, "m")
            self.fed = self.mark = switch.count
            self.timer.init(period=_OFFON, mode=Timer.ONE_SHOT, callback=self.later)

    def later(self, _):
        "On again after offon, unless somebody has chosen otherwise."
        switch = self.house.switch
        if switch.count == self.mark:
            switch.set(True, "m")
            self.fed = switch.count
