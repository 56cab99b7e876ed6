"The button works from an interrupt and a timer: no look-up, scan or erase that blocks the program can delay it."
from machine import Pin, Timer, reset
from time import ticks_diff, ticks_ms

_BOUNCE = 40  # ms that a level must last
_LONG = 2000  # ms: a longer press resets the board


class Button:
    def __init__(self, pins, press):
        self.pin = Pin(pins[3], Pin.IN, Pin.PULL_UP)
        self.press = press
        self.down = None
        self.timer = Timer(-1)
        self.pin.irq(self.edge, Pin.IRQ_FALLING | Pin.IRQ_RISING)

    def edge(self, _):
        self.timer.init(period=_BOUNCE, mode=Timer.ONE_SHOT, callback=self.settled)

    def settled(self, _):
        if self.pin.value() == 0:
            self.down = ticks_ms()
        elif self.down is not None:
            held = ticks_diff(ticks_ms(), self.down)
            self.down = None
            if held > _LONG:
                reset()
            self.press()
