"The relay, and the LED that shows it. Its state is kept in RTC memory: right after a reset, off after a power cut."
# ota: -O3
from machine import PWM, Pin
from micropython import schedule
from plug.memory import read, write

_DARK = (0, 700, 900, 1000)  # of 1023 at 100 Hz: how long the LED is dark at each level


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
        self.soon = self.remember  # a bound method made now, for none can be made in an interrupt
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
                schedule(self.soon, 0)
            except RuntimeError:  # too many wait: the loop remembers it
                pass

    def toggle(self, why):
        self.set(not self.on, why)

    def remember(self, _=0):
        write(0, b"1" if self.on else b"0")
        self.show(self.on)

    def show(self, lit):
        "Lights the LED, or not: the relay's state, but for flashing while Wi-Fi joins."
        if self.pwm:
            dark = _DARK[self.level] if lit else 1023
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
