"What the house does seldom. Loaded for that, then dropped; every function gets the house first."
# ota: -O3
import gc
import sys

import plug
from plug.house import later
from plug.switch import read, write


def reset_now(why):
    from machine import reset
    from network import STA_IF, WLAN

    write(9, why.encode()[:1] or b"\0")
    WLAN(STA_IF).disconnect()  # or a new name would not reach the router
    reset()


def reset(house, why):
    "why: one character. In a second, so that an answer gets out first."
    house.message = why
    house.due[""] = later(1000)


def stalled(house):
    write(8, bytes([min(read()[8] + 1, 255)]))
    reset_now("w")


def update_now(house):
    "Resets for the update client, which asks and installs."
    write(1, b"u")
    reset(house, "u")


def settings(house, name):
    "The valid settings of that name; see plug/settings.py."
    if name in house.known:
        return house.known[name]
    from plug.settings import load

    values = load(name)
    plug.drop("settings")
    return values


def changed(house, name):
    "To be called after settings were saved: every part that knows them reads them at once."
    for part in list(house.parts.values()):
        if hasattr(part, "changed"):
            part.changed(name)
    if name == "mqtt" and "plan" in house.parts and settings(house, name)["host"]:
        house.due[name] = later(0)


def stop(house, name):
    "Ends a part; its sockets are closed, whatever state it is in."
    part = house.parts.pop(name, None)
    try:
        part.stop()
    except Exception:  # it may have none, or be damaged in any way
        pass
    for owner, sock in list(house.owners.values()):
        if owner is part:
            house.forget(sock)
            sock.close()


def failed(house, part, e):
    "part: itself, or its name. It is built again after a while; a second lack of memory resets the board."
    name = part
    for known in house.parts:
        if house.parts[known] is part:
            name = known
    stop(house, name)
    house.due[name] = later(10000)
    house.errors += 1
    print("plug:", name, repr(e))
    sys.print_exception(e)
    if isinstance(e, MemoryError):
        gc.collect()
        if house.message == "memory":
            reset_now("m")
        house.message = "memory"
