"""RTC memory: it lives through a reset and dies with the power. 32 bytes (docs/device.md): 0 relay, 1 why a reset was made for the
update client, 2-7 the guard's and the client's, 8 resets by the watchdog, 9 reason of the last reset, 10-14 override."""
# ota: -O3
from machine import RTC


def read():
    data = RTC().memory()
    return data + bytes(max(0, 32 - len(data)))


def write(at, data):
    "Changes these bytes and no others."
    old = read()
    RTC().memory(old[:at] + data + old[at + len(data) :])
