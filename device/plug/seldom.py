"What is done seldom: deeds of the house, a question to a time server (SNTP, RFC 4330), joining Wi-Fi. Loaded for that, then dropped."
# ota: -O3
import gc
import sys
from micropython import const
from struct import unpack

from plug import drop, read, write
from plug.house import later, left

scope = globals()

_TO_2000 = const(3155673600)  # seconds from 1900 to 2000
_BUILT = const(820540800)  # seconds from 2000 to 2026
_HOUR = const(60)  # minutes


# every function gets the house first, but for restart and wait


def restart(why):
    from machine import reset
    from network import STA_IF, WLAN

    if why == "f":
        from plug.settings import forget

        forget()
    write(9, why.encode()[:1] or b"\0")
    WLAN(STA_IF).disconnect()  # or a new name would not reach the router
    reset()


def reset(house, why):
    "why: one character. In a second, so that an answer gets out first."
    house.message = why
    house.due[""] = later(1000)


def stalled(house):
    write(8, bytes([min(read()[8] + 1, 255)]))
    restart("w")


def update_now(house):
    "Resets for the update client, which asks and installs."
    write(1, b"u")
    reset(house, "u")


def stop(house, name):
    "Ends a part; its sockets are closed, whatever state it is in."
    part = house.parts.pop(name, None)
    timer = getattr(part, "timer", None)
    if timer:
        timer.deinit()
    for owner, sock in list(house.owners.values()):
        if owner is part:
            house.close(sock)


def failed(house, part, e):
    "part: itself, or its name. It is built again after a while; a second lack of memory resets the board."
    name = part
    for known in house.parts:
        if house.parts[known] is part:
            name = known
    stop(house, name)
    if name == "night":  # it leaves its code behind only while it waits
        drop(name)
    house.due[name] = later(10000)
    house.errors += 1
    print("plug:", name, repr(e))
    sys.print_exception(e)
    if isinstance(e, MemoryError):
        gc.collect()
        if house.message == "memory":
            restart("m")
        house.message = "memory"


# the time


def set_time(house, seconds):
    "Seconds since 2000, from whoever is trusted."
    from time import localtime  # the RTC is UTC

    from machine import RTC
    from plug.house import _EPOCH

    if house.minute() is None:
        house.night = False
        house.due["night"] = later(0)  # to find the night anew
    t = localtime(seconds - _EPOCH * 60)
    RTC().datetime((t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0))
    if house.clock:
        house.clock.last = house.minute()
    if "plan" in house.parts:
        house.parts["plan"].at = later(0)


def wait(clock):
    "ms from a question to the next: each failure doubles them."
    return min(15000 << min(clock.fails, 8), _HOUR * 60000)


def ask(house, clock):
    "Each failure takes the next server. Only the name's look-up can block."
    from socket import getaddrinfo

    pause = wait(clock)
    clock.lost += pause // 60000
    try:
        if not clock.address:
            names = clock.names.split()
            clock.address = getaddrinfo(names[clock.index % len(names)], 123)[0][-1]
        clock.sock.sendto(b"\x23" + bytes(39) + clock.stamp, clock.address)
    except OSError:
        missed(house, clock, "no way")
    clock.due = later(pause)  # from now: the look-up may have taken longer than that


def answer(house, clock, a):
    if len(a) < 48 or a[0] & 7 != 4 or a[24:32] != clock.stamp:
        return  # not from a server, or not the answer to our question
    if left(clock.due) < wait(clock) - 2000:
        return  # it took too long to be the time
    seconds, part = unpack("!II", a[40:48])
    after = (seconds + (part >> 31) - _TO_2000) % (1 << 32)  # past 2036 as well: the era follows from the modulus
    if not 0 < a[1] < 16 or not seconds or after < _BUILT or a[0] >> 6 == 3:
        return missed(house, clock, "refused" if a[1] == 0 else "wrong time")  # a kiss of death: not before the pause is over, and not this one
    close(house, clock)
    clock.fails = clock.lost = 0
    clock.error = ""
    clock.due = later(_HOUR * 60000)
    set_time(house, after)


def missed(house, clock, error):
    "error: so short that it is a name and lies with them, for it is kept."
    close(house, clock)
    clock.address = None
    clock.fails += 1
    clock.index += 1
    clock.error = error
    print("plug: no time:", error)


def close(house, clock):
    if clock.sock:
        house.close(clock.sock)
        clock.sock = None


# Wi-Fi


def connect(house, wifi):
    "One attempt. A scan blocks 2.5 s: only when all known networks were tried, and never just before a switching point."
    if not wifi.queue and house.next and house.minute() and 0 < house.clock.ms_to(house.next) < 5000:
        return
    import net

    if not wifi.queue:
        wifi.queue = net.candidates()
    sys.modules.pop("net", None)
    wifi.join = later(15000)
    if wifi.queue and not net.join(net.station(), *wifi.queue.pop(0)) and wifi.queue:
        wifi.join = later(1000)
