"What is going on inside. Restart, and counters from 0 again. What each figure is called stands in the page."
# ota: -O3
import gc
import sys
from binascii import hexlify

import machine
from network import STA_IF, WLAN
from plug import read, write
from plug.say import span, when

_WHY = "0none given/bbutton/wwatchdog/ppage/uupdate by hand/nupdate/mmemory/ffactory reset"
_CAUSES = "power watchdog fault - program sleep reset"


def why(letter):
    return ([w[1:] for w in _WHY.split("/") if w[0] == chr(letter or 48)] or ["?"])[0]


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


def plug(house):
    memory = read()
    return (
        sys.version.split("; ")[-1],
        hexlify(machine.unique_id()).decode(),
        house.version or "none",
        span(-house.left(house.started) // 60000),
        _CAUSES.split()[machine.reset_cause()],
        why(memory[9]),
        -house.left(house.fed) // 1000,
        memory[8],
        house.errors,
        hexlify(memory).decode(),
    )


def times(house):
    timers, choice, clock = house.parts["plan"].timers, house.override or (False, 0), house.clock
    until = choice[1]
    return (
        len(timers["rows"]) if timers["active"] else "off",
        when(house, house.next) if house.next else "none",
        "no" if not until else "on" if choice[0] else "off",
        ", until " + when(house, until) if 0 < until < 1 << 29 else "",
        when(house, clock.last),
        span(max(0, house.left(clock.due)) // 60000),
        clock.error,
    )


def show(house, typed, values):
    sta, part = WLAN(STA_IF), house.parts["wifi"]
    values["modules"] = " ".join(sorted([name[5:] for name in sys.modules if name[:5] == "plug."]))
    values["title"], values["plug"], values["times"] = "Internals", [plug(house)], [times(house)]
    signal = sta.status("rssi") if sta.isconnected() else "-"
    values["network"] = [(sta.ifconfig()[0], signal, part.count, when(house, part.last))]
    gc.collect()
    values["memory"] = [(gc.mem_alloc() + gc.mem_free(), gc.mem_alloc(), gc.mem_free(), largest())]
    return values


def save(house, typed):
    "A restart wants to be sure."
    if typed["order"] == "clear":
        write(8, bytes(24))
    elif typed["order"] == "reset":
        if "sure" not in typed:
            return {"sure": "Tick the box, then the plug restarts."}
        house.reset("p")
