"The time, by SNTP (RFC 4330). The RTC is UTC. One question an hour, sooner after a failure; nothing here waits."
import socket
import struct
import time
from machine import RTC
from os import urandom
from time import ticks_add, ticks_diff, ticks_ms

_HOST = "pool.ntp.org"
_TO_2000 = 3155673600  # seconds from 1900 to 2000
_HOUR = 3600000


class Clock:
    def __init__(self):
        self.sock = None
        self.pause = 15000
        self.due = ticks_ms()

    def second_of_day(self):
        "None while the time is unknown."
        now = time.localtime()
        return now[3] * 3600 + now[4] * 60 + now[5] if now[0] > 2024 else None

    def step(self):
        "True when the time has just been set."
        if ticks_diff(self.due, ticks_ms()) > 0:
            return self.sock and self.receive()
        self.close(self.pause)
        self.pause = min(self.pause * 2, _HOUR)
        try:
            self.ask()
        except OSError as e:
            print("plug: ntp", e)

    def ask(self):
        address = socket.getaddrinfo(_HOST, 123)[0][-1]
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.stamp = urandom(8)
        self.sock.sendto(b"\x23" + bytes(39) + self.stamp, address)

    def receive(self):
        try:
            answer = self.sock.recvfrom(48)[0]
        except OSError:
            return False
        if len(answer) < 48 or answer[0] & 7 != 4 or not 0 < answer[1] < 16 or answer[24:32] != self.stamp:
            return False  # not a server, a kiss of death, or not the answer to our question
        seconds = struct.unpack("!I", answer[40:44])[0]
        if not seconds:
            return False
        t = time.gmtime((seconds - _TO_2000) % (1 << 32))  # past 2036 as well: the era follows from the modulus
        RTC().datetime((t[0], t[1], t[2], t[6], t[3], t[4], t[5], 0))
        self.close(_HOUR)
        self.pause = 15000
        return True

    def close(self, ms):
        self.due = ticks_add(ticks_ms(), ms)
        if self.sock:
            self.sock.close()
            self.sock = None
