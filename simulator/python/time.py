# Time on an ESP8266: epoch 2000, sleeping gives way to timers and interrupts.
import _hw
from utime import gmtime as _gmtime, mktime as _mktime, ticks_add, ticks_diff

ticks_ms = _hw.ticks_ms
ticks_us = _hw.ticks_us
ticks_cpu = _hw.ticks_us
sleep_ms = _hw.sleep_ms
time = _hw.time


def sleep(seconds):
    sleep_ms(int(seconds * 1000))


def sleep_us(us):
    sleep_ms(us // 1000)


def localtime(t=None):
    return tuple(_gmtime((time() if t is None else t) + 946684800))


gmtime = localtime


def mktime(t):
    return int(_mktime(t)) - 946684800
