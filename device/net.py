"""Joins Wi-Fi from data/wifi.json: {"networks": [[ssid, password], ...]}. Nothing here waits unless told to. What the radio refuses is
passed over, and the next network tried."""
import network
from time import ticks_add, ticks_diff, ticks_ms

scope = globals()  # whoever drops this module empties it; before MicroPython 1.20 a module has no __dict__
_TRY = 12000  # ms for one network before the next is tried
_queue = []
_begun = False


def known():
    "The networks of this device, none when the file is missing or damaged."
    import json

    try:
        with open("data/wifi.json") as f:
            return [(n[0], n[1]) for n in json.load(f)["networks"] if isinstance(n[0], str) and isinstance(n[1], str)]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return []


def text(name):
    "The name of a network as it is in the air: in bytes, which may be no UTF-8. Then they are written \\xe4, as plug/inside.py shows them."
    parts = name.encode().split(b"\\x")
    for i in range(1, len(parts)):
        try:
            byte = int(parts[i][:2], 16)
        except ValueError:
            byte = 32
        parts[i] = bytes([byte]) + parts[i][2:] if not 31 < byte < 127 else b"\\x" + parts[i]
    return b"".join(parts)


def ranked(sta, nets):
    "Those in sight by signal, then the others: a hidden network is seen only by trying. A scan blocks 2.5 s, so one network has none."
    if len(nets) < 2:
        return nets
    try:
        seen = {s[0]: s[3] for s in sorted(sta.scan(), key=lambda s: s[3])}
    except OSError:  # then in the order as written
        seen = {}
    return sorted(nets, key=lambda n: (-seen.get(text(n[0]), -999), nets.index(n)))  # the sort is not a stable one


def name():
    "Of this device, for the router: from data/plug.json, else <nodename>-<id>."
    import json
    import os
    from binascii import hexlify

    from machine import unique_id

    try:
        with open("data/plug.json") as f:
            given = json.load(f)["name"]
            if given and isinstance(given, str):
                return given
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return "%s-%s" % (os.uname()[1], hexlify(unique_id()).decode())


def station():
    return network.WLAN(network.STA_IF)


def up():
    return station().isconnected()


def stop(sta):
    "An ESP32 neither scans nor connects while it joins."
    try:
        sta.disconnect()
    except OSError:  # there was nothing to leave
        pass


def candidates():
    "Access point off, station on under the name of this device: the known networks in the order to try them."
    network.WLAN(network.AP_IF).active(False)
    sta = station()
    sta.active(True)
    stop(sta)
    try:
        sta.config(dhcp_hostname=name())
    except (ValueError, OSError):  # this firmware has none
        pass
    return ranked(sta, known())


def start():
    "Begins to join. Returns at once, but for a scan."
    if not up():
        _queue[:] = candidates()
        retry(station())


def join(sta, ssid, password):
    "Begins to; False where the radio refuses."
    stop(sta)
    try:
        sta.connect(ssid if text(ssid) == ssid.encode() else text(ssid), password)
        return True
    except (OSError, ValueError, TypeError) as e:
        print("net: not joined:", repr(e))
        return False


def retry(sta):
    "Begins with the first of the queue that the radio takes; it goes to the end."
    global _begun
    _begun = False
    for _ in range(len(_queue)):
        _queue.append(_queue.pop(0))
        if join(sta, *_queue[-1]):
            _begun = True
            return


def wait(ms, idle):
    "True once joined, False after ms. Goes round the known networks meanwhile."
    from time import sleep_ms

    sta, now = station(), ticks_ms()
    end, next_try = ticks_add(now, ms), ticks_add(now, _TRY if _begun else 500)
    while not sta.isconnected():
        idle()
        sleep_ms(20)
        now = ticks_ms()
        if ticks_diff(end, now) <= 0 or not _queue:
            return False
        if (len(_queue) > 1 or not _begun) and ticks_diff(next_try, now) < 0:
            retry(sta)
            next_try = ticks_add(now, _TRY if _begun else 500)
    return True
