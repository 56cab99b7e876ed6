"The relay. Its state is kept in RTC memory, which a reset leaves alone and a power cut clears: then it is off."
from machine import RTC, Pin


class Relay:
    def __init__(self, pins):
        self.on = RTC().memory()[:1] == b"1"
        self.pin = Pin(pins[0], Pin.OUT, value=self.on)
        self.led = Pin(pins[1], Pin.OUT)
        self.dark = pins[2]
        self.set(self.on)

    def set(self, on):
        self.on = on
        self.pin.value(on)
        self.led.value(on != self.dark)
        RTC().memory(b"1" if on else b"0")

    def toggle(self):
        self.set(not self.on)
