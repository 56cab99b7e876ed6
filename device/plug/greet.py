"""The beginning of an MQTT connection: settings, name and address of the broker, what is said first: also Home Assistant's MQTT discovery,
which makes it show the plug as a device (names of fields: home-assistant.io/integrations/{mqtt,switch.mqtt,update.mqtt}). `m` is the client.
Loaded for that, then dropped."""
# ota: -O3
import json
from binascii import hexlify
from socket import getaddrinfo

from machine import unique_id
from network import STA_IF, WLAN

from plug.house import later
from plug.mqtt import packet, text

scope = globals()


def begin(m):
    "Settings: all that begins anew with them. Gives the main topic and those to subscribe, empty where there is none."
    m.hide = m.set and m.set["ha"]  # Home Assistant keeps what it is not told to forget
    m.set = s = m.house.settings("mqtt")
    # Without any topic there is one all the same; but a broker that knows only feeds ends a connection for other topics
    main = s["main"] or not s["feed"] and m.house.name or ""
    m.client = s["id"] or client(m.house.name)
    m.address = m.unacked = None
    m.error = ""
    m.fails = m.count = 0
    m.at = later(0)
    return [main] + [main and main + end for end in ("/set", "/toggle", "/update/set")] + [s["feed"]]


def connect(m):
    "Begins to; what is said first waits in m.out."
    s = m.set
    if not m.address:
        try:
            m.address = getaddrinfo(s["host"], s["port"])[0][-1]
        except OSError:
            raise OSError("no such host")
    # The subscriptions need not wait for the answer to CONNECT (3.1.4).
    topics = b"".join([text(t) + b"\1" for t in m.topics if t])
    m.out = hello(m, s) + packet(0x82, b"\0\2" + topics)
    m.todo = 0
    m.asked = 1 << 2 | 1 << 9  # CONNACK, SUBACK
    m.at = later(5000)
    try:
        m.sock.connect(m.address)
    except OSError as e:
        if e.args[0] != 115:  # EINPROGRESS
            raise


def welcome(m, code):
    "The broker's answer. What was under way goes again."
    if code:
        raise OSError("refused: %s (%d)" % ("user or password" if code in (4, 5) else "by the broker", code))
    m.up = True
    if m.count < 3:
        m.error = ""
    if m.unacked:
        m.unacked[0] |= 8  # DUP
        if not m.unacked[0] & 1:
            m.own.append(b"on" if m.unacked[-2:] == b"on" else b"off")
        m.ask(4, m.unacked)  # PUBACK


def client(name):
    """The client id of a plug with that name. No two clients of a broker may have the same, so it ends in the board's own number. 23 bytes
    are what each broker takes (3.1.3.1)."""
    own = hexlify(unique_id()).decode()
    return name if name.endswith(own) else name[:14] + "-" + own


def why():
    return "thrown off again and again: there may be another client of this name, or a topic is not allowed"


def hello(m, s):
    "CONNECT. A clean session: no order waits at the broker and switches the relay hours later."
    flags = 2
    rest = text(m.client.encode())
    if m.main:
        flags = 0x2E  # a will: QoS 1, retained
        rest += text(m.main + b"/available") + text(b"offline")
    if s["user"]:
        flags |= 0xC0
        rest += text(s["user"].encode()) + text(s["password"].encode())
    return packet(0x10, b"\0\4MQTT\4" + bytes((flags, 0, 60)) + rest)


def message(m, n):
    "The message of that number, None behind the last: (topic, payload), to be retained. One at a time, so that nothing is kept between them."
    if not n:
        m.news = m.house.waiting  # what changes meanwhile is said once more
    for found in messages(m):
        if not n:
            return found
        n -= 1


def messages(m):
    house, main = m.house, m.main
    if not main:
        return
    yield main + b"/available", b"online"
    versions = (house.version, house.waiting or house.version)
    yield main + b"/update", b'{"installed_version":"%s","latest_version":"%s"}' % versions
    if m.set["ha"] or m.hide:
        yield from configs(house, main.decode(), m.set["ha"])
        m.hide = False


# Home Assistant


def configs(house, main, wanted):
    "Gives (topic, payload), all to be retained. Not wanted: the empty payloads that make Home Assistant forget the plug."
    own = "soft-ota-" + hexlify(unique_id()).decode()
    for kind, more in (("switch", switch), ("update", update)):
        topic = "homeassistant/%s/%s/config" % (kind, own)
        yield topic.encode(), json.dumps(more(common(house, main, own, kind))).encode() if wanted else b""


def common(house, main, own, kind):
    device = {
        "identifiers": [own],
        "name": house.name,
        "manufacturer": "soft-ota",
        "sw_version": house.version,
        "configuration_url": "http://%s/" % WLAN(STA_IF).ifconfig()[0],
    }
    return {"~": main, "unique_id": own + "-" + kind, "availability_topic": "~/available", "device": device}


def switch(fields):
    "Without a name of its own it carries the device's."
    fields.update({"name": None, "state_topic": "~", "command_topic": "~/set", "payload_on": "on", "payload_off": "off"})
    return fields


def update(fields):
    fields.update({"name": "Update", "device_class": "firmware", "entity_category": "config", "state_topic": "~/update"})
    fields.update({"command_topic": "~/update/set", "payload_install": "install"})
    return fields
