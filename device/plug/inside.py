"""The page of Wi-Fi, where a password goes in and never comes out again, and that of what is going on inside: restart, and counters
from 0 again. What each figure is called stands in the page. A step of plug/web.py."""
# ota: -O3
import gc
import sys
from binascii import hexlify

import machine
from network import STA_IF, WLAN
from plug import read, write

scope = globals()

_WHY = "0none given/bbutton/wwatchdog/ppage/uupdate by hand/nupdate/mmemory/ffactory reset"
_CAUSES = "power watchdog fault - program sleep reset"


def seen():
    "[(name, signal)] of what is in sight, the strongest first. Blocks for 2.5 s; button and timers go on."
    found = []
    try:
        near = sorted(WLAN(STA_IF).scan(), key=lambda n: -n[3])
    except OSError:  # the radio is busy
        near = []
    for n in near[:16]:
        name = show(n[0])
        if name and name not in [f[0] for f in found]:
            found.append((name, "%d dBm" % n[3]))
    return found


def show(name):
    "A name from the air as text, empty for a hidden one. In one that is no text bytes are written \\xe4: net.py reads them so."
    try:
        text = name.strip(b"\0").decode()
        if not text or min(name) > 31:
            return text
    except UnicodeError:
        pass
    return b"".join([bytes((c,)) if 31 < c < 127 else b"\\x%02x" % c for c in name]).decode()


def network(name, word):
    "What is wrong with them, by field."
    import net

    sys.modules.pop("net", None)
    if not 0 < len(net.text(name)) <= 32 or len(name) > 128:
        return {"essid": "A name of 1 to 32 bytes, please."}
    if word and not 8 <= len(word.encode()) <= 64:
        return {"password": "A Wi-Fi password has 8 to 63 characters."}
    return {}


def wifi(house, values, typed):
    try:
        here = house.up() and WLAN(STA_IF).config("essid")
    except UnicodeError:
        here = ""
    values["known"] = [(n[0], "connected" if n[0] == here else "") for n in values.pop("networks")]
    values.update(typed)
    if "scan" in typed:
        values["seen"] = seen() or [("nothing", "")]


def save_wifi(house, values, typed):
    word, name = typed.pop("password", ""), typed.get("essid", "")
    if "scan" in typed:
        return {}
    known = [n for n in values["networks"] if n[0] != typed.get("drop", name)]
    if "drop" in typed:
        return [("wifi", {"networks": known})] if known else {"drop": "Without any network nobody would find the plug again."}
    if len(known) > 7:
        return {"essid": "Eight networks are the most."}
    return network(name, word) or [("wifi", {"networks": known + [[name, word]]})]


def largest():
    "Bytes of the largest free block, tried out to 64."
    least, most = 0, gc.mem_free()
    while most - least > 64:
        size = (least + most) // 2
        try:
            bytearray(size)
            least = size
        except MemoryError:
            most = size
    return least


def internals(house, values, typed):
    memory, sta = read(), WLAN(STA_IF)
    why = [w[1:] for w in _WHY.split("/") if w[0] == chr(memory[9] or 48)]
    values["plug"] = [
        (
            sys.version.split("; ")[-1],
            hexlify(machine.unique_id()).decode(),
            house.version or "none",
            _CAUSES.split()[machine.reset_cause()],
            why[0] if why else "?",
            -house.left(house.fed) // 1000,
            memory[8],
            house.errors,
            hexlify(memory).decode(),
            sta.ifconfig()[0],
        )
        + values["times"]
    ]
    values["signal"] = sta.status("rssi") if sta.isconnected() else "-"
    values["count"] = house.parts["wifi"].count
    values["modules"] = " ".join(sorted([name[5:] for name in sys.modules if name[:5] == "plug."]))
    gc.collect()
    values["memory"] = [(gc.mem_alloc() + gc.mem_free(), gc.mem_alloc(), gc.mem_free(), largest())]


def save(house, values, typed):
    "A restart wants to be sure."
    if typed["order"] == "clear":
        write(8, bytes(24))
    elif typed["order"] == "reset":
        if "sure" not in typed:
            return {"sure": "Tick the box, then the plug restarts."}
        house.reset("p")
    return []


def step(web, name, values, typed):
    if name == "wifi":
        return web.form(name, values, typed, save_wifi, wifi)
    return web.form(name, values, typed, save, internals)
