"The relay. Its state is kept in RTC memory, which a reset leaves alone and a power cut clears: then it is off."
from machine import RTC, Pin


class Relay:
    def __init__(self, pins):
        self.on = RTC().memory()[:1] == b"1"
        self.pin = Pin(pins[0], Pin.OUT, value=self.on)
        self.led = Pin(pins[1], Pin.OUT)
        self.dark = pins[2]
        self.pin.value(self.on)
        self.led.value(self.on != self.dark)

    def set(self, on):
        self.on = on
        self.pin.value(on)
        self.led.value(on != self.dark)
        self.remember(b"")

    def remember(self, why):
        "why: b'n' when the board is reset for a release that waits. Read by main.py."
        RTC().memory((b"1" if self.on else b"0") + why)

    def toggle(self):
        self.set(not self.on)
