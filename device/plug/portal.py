"""The setup: an access point of the plug's own, a name server that knows one address, so that phones open the page by themselves, and
that page. Runs in the place of all else but the button. What the page says is tried after a restart."""
# ota: -O3
from network import AP_IF, STA_IF, WLAN
from select import POLLIN
from socket import SOCK_DGRAM

import plug
from plug.house import later, left

scope = globals()

_PATIENCE = 300000  # ms without a visitor, then networks that are known are tried again
_REASONS = {
    "password": "The password of the Wi-Fi is wrong.",
    "network": "No Wi-Fi of that name is in sight.",
    "join": "The Wi-Fi did not let the plug in.",
    "broker": "The Wi-Fi let the plug in, but the MQTT broker did not.",
}


def reply(query, ip):
    "To any question for an address: ours. To others: nothing is known. What is no question gets None."
    end = query.find(b"\0", 12) + 5
    if end < 17 or len(query) < end or query[2] & 0x80:
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
        house.open(self, SOCK_DGRAM, POLLIN).bind(("0.0.0.0", 53))
        from plug.web import Web

        house.parts["web"] = Web(house, "portal")
        plug.drop("portal")  # each request empties its own copy
        print("plug: portal")

    def open(self, settings):
        "The access point; a password that is too short for one makes it open."
        sta, ap = WLAN(STA_IF), WLAN(AP_IF)
        sta.active(True)
        sta.disconnect()
        self.seen = plug.ask("inside", "seen")
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
            plug.ask("settings", "save", "wifi", {"reason": ""})
            plug.reset("t")

    def ready(self, sock, _):
        try:
            query, sender = sock.recvfrom(256)
            answer = reply(query, self.ip)
            if answer:
                sock.sendto(answer, sender)
        except OSError:  # who asked has gone, or there is no room for the answer
            pass

    def stop(self):
        self.house.close(self.sock)


def step(web, name, values, typed):
    return web.form(name, values, typed, save, show)


def show(house, values, typed):
    "Passwords are never shown again. The page that confirms comes while the restart is near."
    if "" in house.due:
        values["page"] = "joining"
        return
    wifi, mqtt = house.settings("wifi"), house.settings("mqtt")
    values["reason"] = _REASONS.get(wifi["reason"], "")
    values["essid"] = wifi["networks"][-1][0] if wifi["networks"] else ""
    values["broker_address"] = mqtt["host"] + (":%d" % mqtt["port"] if mqtt["port"] != 1883 else "")
    values["main_topic"] = mqtt["main"]
    values["device_name"] = house.settings("plug")["name"]
    ota = house.settings("ota")
    values["board"], values["server"] = ota["board"], ota["server"]
    values.update(typed)
    values["password"] = ""
    values["seen"] = house.parts["portal"].seen
    values["boards"] = [(name, "selected" if name == values["board"] else "") for name in plug.ask("begin", "names")]


def save(house, values, typed):
    get = typed.get
    name, word, called = get("essid", ""), get("password", ""), get("device_name", "").strip()
    mqtt = plug.ask("fields", "address", get("broker_address", ""), "")
    mqtt["main"] = get("main_topic", "").strip()
    ota = {"board": get("board", "s20")}
    errors = plug.ask("inside", "network", name, word)
    wrong = plug.ask("fields", "faults", mqtt)
    for field in wrong:
        errors["main_topic" if field == "main" else "broker_address"] = wrong[field]
    if not plug.ask("settings", "named", called):
        errors["device_name"] = "3 to 32 letters, digits, - or _, please."
    boards = plug.ask("begin", "names")
    if ota["board"] not in boards:
        errors["board"] = "Known boards: " + " ".join(boards)
    try:
        if "server" in typed:
            ota["server"] = typed["server"].strip() and plug.ask("forms", "server", typed["server"].strip())
    except ValueError:
        errors["server"] = "Like 192.168.1.5:8267 or http://updates.example:8267/ota."
    if errors:
        return errors
    house.reset("p")
    return [
        ("mqtt", mqtt),
        ("plug", {"name": called}),
        ("ota", ota),
        ("wifi", {"networks": [[name, word]], "joined": False, "reason": ""}),
    ]
