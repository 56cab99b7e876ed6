"One small loop, no asyncio: the parts take turns, none of them waits. docs/device.md says what a part is."
# ota: -O3
import gc
import sys

import plug
from plug.house import later, left

_PARTS = ("plan", "clock", "wifi", "web", "mqtt", "night")
_AGAIN = 10000  # ms until a part that failed is built again


def run(house):
    state = {}  # part that failed -> when it is built again
    for name in _PARTS:
        start(house, state, name)
    print("plug: up")
    while True:
        turn(house, state)


def start(house, state, name):
    state.pop(name, None)
    if name == "mqtt" and not house.settings(name)["host"]:
        return
    try:
        __import__("plug." + name)
        part = getattr(getattr(plug, name), name[0].upper() + name[1:])(house)
        house.parts[name] = part
        if name == "clock":
            house.clock = part
    except Exception as e:
        failed(house, state, name, e)


def failed(house, state, name, e):
    "A part that raises is stopped, its sockets are closed, and it is built again after a while."
    print("plug:", name, repr(e))
    sys.print_exception(e)
    house.errors += 1
    part = house.parts.pop(name, None)
    state[name] = later(_AGAIN)
    try:
        part.stop()
    except Exception:  # it may be damaged in any way
        pass
    for owner, sock in list(house.owners.values()):
        if owner is part:
            house.forget(sock)
            sock.close()
    if isinstance(e, MemoryError):
        gc.collect()
        if house.message == "memory":
            plug.reset(b"m")
        house.message = "memory"


def turn(house, state):
    wait = 60000
    for part in house.parts.values():
        wait = min(wait, part.wait())
    for sock, event in doze(house, wait):
        owner = house.owners.get(id(sock))
        if owner:
            attempt(house, state, owner[0], ready, sock, event)
    for part in list(house.parts.values()):
        attempt(house, state, part, step)
    if "mqtt" not in house.parts and "mqtt" not in state and house.fresh:
        start(house, state, "mqtt")
    house.fresh = False
    for name in list(state):
        if left(state[name]) <= 0:
            start(house, state, name)
    if house.again is not None and left(house.again) <= 0:
        plug.reset(house.why)


def doze(house, ms):
    "Until a socket is ready, the time is over, or the relay was switched by an interrupt, which cannot end a poll."
    end, count = later(max(0, ms)), house.switch.count
    while True:
        ready = house.poll.poll(max(0, min(left(end), 500)))
        if ready or left(end) <= 0 or house.switch.count != count:
            break
    if house.switch.count != count:
        house.switch.remember()
    return ready


def ready(part, sock, event):
    part.ready(sock, event)


def step(part):
    if part.wait() <= 0:
        part.step()


def attempt(house, state, part, work, *what):
    try:
        work(part, *what)
    except Exception as e:
        for name in list(house.parts):
            if house.parts[name] is part:
                failed(house, state, name, e)
