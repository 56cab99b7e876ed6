"""The setup: an access point of the plug's own, and a name server that knows one address, so that phones open the page by themselves.
The page is plug/form_portal.py. Runs in the place of all else but the button."""
# ota: -O3
import socket
from network import AP_IF, STA_IF, WLAN
from select import POLLIN

import plug
from plug.house import later, left

_PATIENCE = 300000  # ms without a visitor, then networks that are known are tried again


def names(found):
    "Of the networks in sight, the strongest first."
    seen = []
    for n in sorted(found, key=lambda n: -n[3])[:16]:
        try:
            name = n[0].decode()
        except UnicodeError:
            continue
        if name and name not in seen:
            seen.append(name)
    return seen


def reply(query, ip):
    "To any question for an address: ours. To others: nothing is known."
    end = query.find(b"\0", 12) + 5
    if query[2] & 0x80 or end < 17 or len(query) < end:
        return None
    known = query[end - 4 : end - 2] == b"\0\1"
    head = query[:2] + b"\x81\x80\0\1\0" + bytes([known]) + bytes(4) + query[12:end]
    return head + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes(map(int, ip.split("."))) if known else head


class Portal:
    "seen: names of the networks in sight."

    def __init__(self, house):
        self.house = house
        self.ip = self.open(house.settings("plug"))
        self.end = later(_PATIENCE)
        self.sock = sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.bind(("0.0.0.0", 53))
        house.watch(sock, self, POLLIN)
        from plug.web import Web

        house.parts["web"] = Web(house, "portal")
        print("plug: portal")

    def open(self, settings):
        "The access point; a password that is too short for one makes it open."
        sta, ap = WLAN(STA_IF), WLAN(AP_IF)
        sta.active(True)
        sta.disconnect()
        self.seen = names(sta.scan())
        ap.active(True)
        word = settings["ap_password"]
        if len(word) < 8:
            ap.config(essid=settings["ap"] or self.house.name, authmode=0)
        else:
            ap.config(essid=settings["ap"] or self.house.name, authmode=4, password=word)
        return ap.ifconfig()[0]

    def wait(self):
        return left(self.end)

    def step(self):
        house = self.house
        self.end = later(_PATIENCE)
        if not house.parts["web"].clients and house.settings("wifi")["networks"]:
            from plug.settings import save

            save("wifi", {"reason": ""})
            plug.reset("t")

    def ready(self, sock, _):
        query, sender = sock.recvfrom(256)
        answer = reply(query, self.ip)
        if answer:
            sock.sendto(answer, sender)

    def stop(self):
        self.house.forget(self.sock)
        self.sock.close()
