"""The web switch. This file: RTC memory, the relay with its LED, and the button: what works from the first moment on, and while
everything else waits. RTC memory lives through a reset and dies with the power. 32 bytes (docs/device.md): 0 relay, 1 why a reset was
made for the update client, 2-7 the guard's and the client's, 8 resets by the watchdog, 9 reason of the last reset, 10-14 override."""
# ota: -O3
import gc
import sys
from json import dumps, loads

from machine import PWM, RTC, Pin
from micropython import const, schedule
from time import ticks_diff, ticks_ms

_BOUNCE = const(40)  # ms: shorter is no press
_LONG = const(2000)  # ms: longer resets the board
_MANY = const(10)  # presses within _SHORT ms forget the settings
_SHORT = const(3000)

relay = None  # the switch, from the first moment on
home = None  # the house, while the plug runs


def drop(*names):
    "Forgets modules of the plug that are not needed all the time."
    for name in names:
        sys.modules.pop("plug." + name, None)
        globals().pop(name, None)


def load(name):
    "A module of the plug for a moment: it lives as long as what is in use of it."
    gc.collect()
    module = __import__("plug." + name, None, None, ("x",))
    drop(name)
    return module


def ask(name, deed, *values):
    """What a function of such a module gives. Emptied, for a word that stays behind on the stack may keep a whole module for ever: each has
    its own globals as `scope`, for before MicroPython 1.20 a module has no __dict__."""
    module = load(name)
    try:
        return getattr(module, deed)(*values)
    finally:
        module.scope.clear()


def low(value):
    "A copy, to be kept: the code that has found it is gone, so the copy lies low in memory, and not in the middle of what is free."
    value = dumps(value)
    gc.collect()
    return loads(value)


def reset(why):
    "why: one character, shown after the restart; f forgets Wi-Fi and settings before. The relay keeps its state."
    load("seldom").restart(why)


def read():
    data = RTC().memory()
    return data + bytes(max(0, 32 - len(data)))


def write(at, data):
    "Changes these bytes and no others."
    old = read()
    RTC().memory(old[:at] + data + old[at + len(data) :])


class Switch:
    """on: its state. count goes up with each change: parts compare it with what they saw. manual: somebody has chosen,
    and the plan has not seen it yet. why: of the last choice: b button, w web, m mqtt, t timer."""

    def __init__(self, pins):
        self.on = read()[0] == 49
        self.pin = Pin(pins[0], Pin.OUT, value=self.on)
        self.led = Pin(pins[1], Pin.OUT)
        self.low = pins[2]
        self.pwm = None
        self.level = self.count = 0
        self.why = ""
        self.manual = False
        self.remember = self.remember  # a bound method made now, for none can be made in an interrupt
        self.show(self.on)

    def set(self, on, why):
        "Acts at once. Safe in an interrupt: nothing is allocated."
        on = bool(on)
        self.pin.value(on)
        self.why = why
        self.manual = why != "t"
        if on != self.on:
            self.on = on
            self.count += 1
            try:
                schedule(self.remember, 0)
            except RuntimeError:  # too many wait: the loop remembers it
                pass

    def remember(self, _=0):
        write(0, b"1" if self.on else b"0")
        self.show(self.on)

    def show(self, lit):
        "Lights the LED, or not: the relay's state, but for flashing while Wi-Fi joins."
        if self.pwm:
            dark = (0, 700, 900, 1000)[self.level] if lit else 1023  # of 1023 at 100 Hz
            self.pwm.duty(dark if self.low else 1023 - dark)
        else:
            self.led.value(lit != self.low)

    def dim(self, level):
        "0 bright to 3 dark."
        if self.pwm:
            self.pwm.deinit()
        self.level = level
        self.pwm = PWM(self.led, freq=100, duty=0) if level else None
        self.show(self.on)


class Button:
    "From a hard interrupt: no look-up or scan that blocks the program delays it, and nothing here allocates."

    def __init__(self, number, switch):
        self.switch = switch
        self.down = self.up = None
        self.times = [0] * _MANY
        self.count = 0
        pin = Pin(number, Pin.IN, Pin.PULL_UP)
        pin.irq(self.edge, Pin.IRQ_FALLING | Pin.IRQ_RISING, hard=True)

    def edge(self, pin):
        "Ticks wrap: a difference can be negative after six days of rest, and means nothing then."
        now = ticks_ms()
        if not pin.value():
            if self.up is None or not 0 <= ticks_diff(now, self.up) < _BOUNCE:
                self.down = now
        elif self.down is not None:
            ms = ticks_diff(now, self.down)
            self.down = None
            if ms >= _BOUNCE:
                self.up = now
                if ms > _LONG:
                    schedule(reset, "b")
                else:
                    self.press(now)

    def press(self, now):
        self.switch.set(not self.switch.on, "b")
        self.times[self.count % _MANY] = now
        self.count += 1
        if self.count >= _MANY and 0 <= ticks_diff(now, self.times[self.count % _MANY]) <= _SHORT:
            schedule(reset, "f")
