"Joins Wi-Fi from data/wifi.json: {\"networks\": [[ssid, password], ...]}. Nothing here waits unless told to."
import network
from time import ticks_add, ticks_diff, ticks_ms

_TRY = 12000  # ms for one network before the next is tried
_queue = []


def known():
    "The networks of this device, none when the file is missing or damaged."
    import json

    try:
        with open("data/wifi.json") as f:
            return [(n[0], n[1]) for n in json.load(f)["networks"]]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return []


def ranked(sta, nets):
    "Those in sight by signal, then the others: a hidden network is seen only by trying. A scan blocks 2.5 s, so one network has none."
    if len(nets) < 2:
        return nets
    seen = {s[0].decode(): s[3] for s in sorted(sta.scan(), key=lambda s: s[3])}
    return sorted(nets, key=lambda n: -seen.get(n[0], -999))


def name():
    "Of this device, for the router: from data/plug.json, else <nodename>-<id>."
    import json
    import os
    from binascii import hexlify

    from machine import unique_id

    try:
        with open("data/plug.json") as f:
            given = json.load(f)["name"]
            if given:
                return given
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return "%s-%s" % (os.uname()[1], hexlify(unique_id()).decode())


def station():
    return network.WLAN(network.STA_IF)


def up():
    return station().isconnected()


def candidates():
    "Access point off, station on under the name of this device: the known networks in the order to try them."
    network.WLAN(network.AP_IF).active(False)
    sta = station()
    sta.active(True)
    try:
        sta.config(dhcp_hostname=name())
    except ValueError:  # this firmware has none
        pass
    return ranked(sta, known())


def start():
    "Begins to join. Returns at once, but for a scan."
    if not up():
        _queue[:] = candidates()
        retry(station())


def retry(sta):
    if _queue:
        sta.connect(*_queue[0])
        _queue.append(_queue.pop(0))


def wait(ms, idle):
    "True once joined, False after ms. Goes round the known networks meanwhile."
    from time import sleep_ms

    sta, now = station(), ticks_ms()
    end, next_try = ticks_add(now, ms), ticks_add(now, _TRY)
    while not sta.isconnected():
        idle()
        sleep_ms(20)
        now = ticks_ms()
        if ticks_diff(end, now) <= 0 or not _queue:
            return False
        if len(_queue) > 1 and ticks_diff(next_try, now) < 0:
            next_try = ticks_add(now, _TRY)
            retry(sta)
    return True
