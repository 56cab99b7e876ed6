"What is said at the beginning of an MQTT connection. Loaded for that, then dropped."
# ota: -O3
import plug
from plug.mqtt import packet, text


def greet(m):
    "m: the client. Prepares its first packets, and the messages that it sends when it has nothing more urgent to say."
    m.todo = messages(m)
    if not m.up:
        # The subscriptions need not wait for the answer to CONNECT (3.1.4).
        topics = b"".join([text(t) + b"\1" for t in m.topics if t])
        m.out = connect(m) + packet(0x82, b"\0\2" + topics)


def connect(m):
    "CONNECT. A clean session: no order waits at the broker and switches the relay hours later."
    s = m.set
    flags = 2
    rest = text((s["id"] or m.house.name).encode())
    if m.main:
        flags = 0x2E  # a will: QoS 1, retained
        rest += text(m.main + b"/available") + text(b"offline")
    if s["user"]:
        flags |= 0xC0
        rest += text(s["user"].encode()) + text(s["password"].encode())
    return packet(0x10, b"\0\4MQTT\4" + bytes((flags, 0, 60)) + rest)


def messages(m):
    "Gives (topic, payload), to be retained."
    house, main = m.house, m.main
    m.news = house.waiting
    if not main:
        return
    yield main + b"/available", b"online"
    versions = (house.version, house.waiting or house.version)
    yield main + b"/update", b'{"installed_version":"%s","latest_version":"%s"}' % versions
    if m.set["ha"] or m.hide:
        from plug.ha import configs

        plug.drop("ha")
        yield from configs(house, main.decode(), m.set["ha"])
        m.hide = False
