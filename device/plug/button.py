"The button, from a hard interrupt: no look-up or scan that blocks the program delays it, and nothing here allocates."
# ota: -O3
from machine import Pin
from micropython import const, schedule
from time import ticks_diff, ticks_ms

_BOUNCE = const(40)  # ms: shorter is no press
_LONG = const(2000)  # ms: longer resets the board
_MANY = const(10)  # presses within _SHORT ms forget the settings
_SHORT = const(3000)


class Button:
    def __init__(self, number, switch):
        self.switch = switch
        self.down = self.up = None
        self.times = [0] * _MANY
        self.n = 0
        pin = Pin(number, Pin.IN, Pin.PULL_UP)
        pin.irq(self.edge, Pin.IRQ_FALLING | Pin.IRQ_RISING, hard=True)

    def edge(self, pin):
        "Ticks wrap: a difference can be negative after six days of rest, and means nothing then."
        now = ticks_ms()
        if not pin.value():
            if self.up is None or not 0 <= ticks_diff(now, self.up) < _BOUNCE:
                self.down = now
        elif self.down is not None:
            held = ticks_diff(now, self.down)
            self.down = None
            if held >= _BOUNCE:
                self.up = now
                self.press(now, held)

    def press(self, now, held):
        if held > _LONG:
            schedule(again, False)
            return
        self.switch.toggle("b")
        self.times[self.n % _MANY] = now
        self.n += 1
        if self.n >= _MANY and 0 <= ticks_diff(now, self.times[self.n % _MANY]) <= _SHORT:
            schedule(again, True)


def again(factory):
    "Resets the board. factory: Wi-Fi and settings are forgotten; trust anchors, enrolment and board stay."
    import plug

    if factory:
        from plug.settings import forget

        forget()
    plug.reset("f" if factory else "b")
