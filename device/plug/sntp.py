"One question to a time server, and its answer (SNTP, RFC 4330). Loaded for that, then dropped."
# ota: -O3
import socket
import struct
from micropython import const
from os import urandom
from select import POLLIN

from plug.house import later

_TO_2000 = const(3155673600)  # seconds from 1900 to 2000
_BUILT = const(820540800)  # seconds from 2000 to 2026
_HOUR = const(60)  # minutes


def ask(clock):
    "Each failure doubles the pause until the next question, and takes the next server. Only the name's look-up can block."
    if clock.sock:
        failed(clock, "silent")
    servers = clock.house.settings("plug")["ntp"]
    pause = min(15 << min(clock.fails, 8), _HOUR * 60)
    clock.lost += pause // 60
    try:
        if not clock.address:
            clock.address = socket.getaddrinfo(servers[clock.server % len(servers)], 123)[0][-1]
        clock.sock = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        clock.stamp = urandom(8)
        clock.house.watch(sock, clock, POLLIN)
        sock.sendto(b"\x23" + bytes(39) + clock.stamp, clock.address)
    except OSError as e:
        failed(clock, "no way: %s" % e)
    clock.due = later(pause * 1000)  # from now: the look-up may have taken longer than that


def answer(clock, a):
    if len(a) < 48 or a[0] & 7 != 4 or a[24:32] != clock.stamp:
        return  # not from a server, or not the answer to our question
    seconds, part = struct.unpack("!II", a[40:48])
    after = (seconds + (part >> 31) - _TO_2000) % (1 << 32)  # past 2036 as well: the era follows from the modulus
    if not 0 < a[1] < 16 or not seconds or after < _BUILT or a[0] >> 6 == 3:
        failed(clock, "refused" if a[1] == 0 else "wrong time")  # a kiss of death: not before the pause is over, and not this one
        return
    clock.stop()
    clock.fails = clock.lost = 0
    clock.error = ""
    clock.due = later(_HOUR * 60000)
    clock.set(after)


def failed(clock, error):
    clock.stop()
    clock.address = None
    clock.fails += 1
    clock.server += 1
    clock.error = error
    print("plug: ntp", error)
