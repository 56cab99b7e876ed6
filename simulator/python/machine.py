# The board's machine module. What the hardware does is in _hw (JavaScript); handlers stay on this side of the border.
import gc

import _hw

PWRON_RESET = 0
WDT_RESET = 1
SOFT_RESET = 4
DEEPSLEEP_RESET = 5
HARD_RESET = 6
DEEPSLEEP = 4
reset = _hw.reset
soft_reset = _hw.soft_reset
reset_cause = _hw.reset_cause
idle = _hw.idle
disable_irq = _hw.disable_irq
enable_irq = _hw.enable_irq
deepsleep = _hw.deepsleep
lightsleep = _hw.sleep_ms

_handlers = {}


def _call(key):
    if key < 0:
        gc.collect()
        return exec(_hw.probe(), {})
    entry = _handlers.get(key)
    if entry:
        if entry[2]:
            del _handlers[key]
        entry[0](entry[1])


_hw.on_call(_call)


def unique_id():
    return _hw.unique_id().to_bytes(4, 'little')


def freq(hz=0):
    return 80000000


class Pin:
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    IRQ_RISING = 1
    IRQ_FALLING = 2

    def __init__(self, pin, mode=-1, pull=None, *, value=None):
        self.i = pin.i if isinstance(pin, Pin) else pin
        self.init(mode, pull, value=value)

    def init(self, mode=-1, pull=None, *, value=None):
        _hw.pin_mode(self.i, mode, pull or 0)
        if value is not None:
            self.value(value)

    def value(self, level=None):
        if level is None:
            return _hw.pin_get(self.i)
        _hw.pin_put(self.i, 1 if level else 0)

    __call__ = value

    def on(self):
        _hw.pin_put(self.i, 1)

    def off(self):
        _hw.pin_put(self.i, 0)

    def irq(self, handler=None, trigger=3, *, hard=False):
        _handlers[self.i] = (handler, self, False) if handler else None
        _hw.pin_irq(self.i, trigger if handler else 0)

    def __repr__(self):
        return 'Pin(%d)' % self.i


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, number=-1, **options):
        self.i = _hw.timer_new(number)
        if self.i < 0:
            raise ValueError('invalid Timer number')
        if options:
            self.init(**options)

    def init(self, *, period=-1, freq=0, mode=1, callback=None):
        _handlers[self.i] = (callback, self, mode == 0) if callback else None
        _hw.timer_start(self.i, period if not freq else 1000 // freq, mode)

    def deinit(self):
        _hw.timer_stop(self.i)
        _handlers.pop(self.i, None)


class PWM:
    def __init__(self, pin, freq=500, duty=0):
        self.i = pin.i
        self.f = freq
        self.duty(duty)

    def freq(self, hz=None):
        if hz is None:
            return self.f
        self.f = hz

    def duty(self, value=None):
        if value is None:
            return self.d
        self.d = value
        _hw.pin_pwm(self.i, value)

    def deinit(self):
        _hw.pin_pwm(self.i, 0)


class RTC:
    def memory(self, data=None):
        import binascii

        if data is None:
            return binascii.unhexlify(_hw.rtc_get())
        if len(data) > 492:
            raise ValueError('buffer too long')
        _hw.rtc_put(binascii.hexlify(data).decode())

    def datetime(self, value=None):
        import time

        if value is None:
            t = time.localtime()
            return (t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0)
        _hw.set_time(time.mktime((value[0], value[1], value[2], value[4], value[5], value[6], 0, 0)))


class WDT:
    def __init__(self, id=0, timeout=5000):
        _hw.wdt(timeout)

    def feed(self):
        _hw.wdt(0)


class ADC:
    def __init__(self, pin):
        pass

    def read(self):
        return 0
