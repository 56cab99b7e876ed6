"What is going on inside. Restart, and a fresh RTC memory."
# ota: -O3
import gc
import sys
from binascii import hexlify

import machine
import net
from plug.say import span, when
from plug.memory import read, write

_WHY = {"b": "button", "w": "page", "u": "update asked for", "n": "update", "m": "memory", "d": "watchdog", "f": "factory reset", "p": "setup"}
_CAUSES = {0: "power", 1: "watchdog", 2: "fault", 4: "program", 5: "sleep", 6: "reset"}


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


def device(house):
    return [
        ("Firmware", sys.version.split("; ")[-1]),
        ("Unique id", hexlify(machine.unique_id()).decode()),
        ("Release", house.version or "none"),
        ("Runs for", span(-house.left(house.started) // 60000)),
        ("Faults of parts", house.errors),
    ]


def timer(house):
    timers = house.parts["plan"].timers
    choice = house.override
    return [
        ("Timers", "%d ranges, %s" % (len(timers["rows"]), "active" if timers["active"] else "off")),
        ("Next switching", when(house, house.next) if house.next else "none"),
        ("Choice by hand", "none" if not choice else "%s until %s" % ("on" if choice[0] else "off", "changed" if choice[1] > 1 << 29 else when(house, choice[1]))),
    ]


def network(house):
    sta = net.station()
    part = house.parts.get("wifi")
    rows = [("Address", sta.ifconfig()[0]), ("Signal", "%d dBm" % sta.status("rssi") if sta.isconnected() else "not connected")]
    for name, title in (("first", "First connected"), ("last", "Last connected")):
        if hasattr(part, name):
            rows.append((title, when(house, getattr(part, name))))
    if hasattr(part, "joins"):
        rows.append(("Connected", "%d times" % part.joins))
    return rows


def time(house):
    clock = house.clock
    return [
        ("Time server", when(house, clock.last)),
        ("Next question", "in " + span(max(0, house.left(clock.due)) // 60000)),
    ]


def restarts(house):
    memory = read()
    part = house.parts.get("watchdog")
    rows = [
        ("Cause of the last", _CAUSES.get(machine.reset_cause(), "?")),
        ("Reason", _WHY.get(chr(memory[9]), "none given")),
        ("By the watchdog", "%d times" % memory[8]),
    ]
    if hasattr(part, "checks"):
        rows.append(("Checks", part.checks))
    if hasattr(house, "fed"):
        rows.append(("Last sign of life", "%d s ago" % (-house.left(house.fed) // 1000)))
    rows.append(("RTC memory", hexlify(memory).decode()))
    return rows


def memory():
    modules = sorted([m for m in sys.modules if m[:11] != "plug.forms."])
    gc.collect()
    used, free = gc.mem_alloc(), gc.mem_free()
    return [
        ("Total", "%d bytes" % (used + free)),
        ("Used", "%d bytes" % used),
        ("Free", "%d bytes" % free),
        ("Largest free block", "%d bytes" % largest()),
        ("Modules", " ".join(modules)),
    ]


def show(house, typed):
    return {
        "title": "Internals",
        "device": device(house),
        "timer": timer(house),
        "network": network(house),
        "time": time(house),
        "restarts": restarts(house),
        "memory": memory(),
    }


def save(house, typed):
    "A restart wants to be sure."
    if typed["order"] == "clear":
        write(8, bytes(24))
    elif typed["order"] == "reset":
        if not typed.get("sure"):
            return {"sure": "Tick the box, then the plug restarts."}
        house.reset("w")
