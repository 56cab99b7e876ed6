"Name, LED, hour of updates, time and password."
# ota: -O3
from plug.say import local, when
from plug.timertext import clock, east
from plug.zone import parse

_LEVELS = ("Bright", "Medium", "Dim", "Dark")


def rule(text):
    "A POSIX rule; a mere distance like '+5:30' becomes one. ValueError."
    text = text.strip()
    if text[:1] in "+-" and text:
        parts = (text[1:] + ":0").split(":")
        hours, rest = int(parts[0]), int(parts[1])
        name = text[0] + "%02d%02d" % (hours, rest)
        text = "<%s>%s%d:%02d" % (name, "-" if text[0] == "+" else "+", hours, rest)
    parse(text)
    return text


def options(names, chosen, first=0):
    found = []
    for name in names:
        found.append((first, name, "selected" if str(first) == str(chosen) else ""))
        first += 1
    return found


def time(house):
    minute = house.minute()
    if minute is None:
        return "The time is not known yet."
    return "It is %s, UTC%s." % (when(house, minute), east(local(house, minute) - minute))


def show(house, typed):
    values = house.settings("plug")
    locked = values.pop("password")
    values["ntp"] = " ".join(values["ntp"])
    values["fname"] = typed.get("name", house.name)
    del values["name"]
    for name in typed:
        if name in ("tz", "zone", "ntp", "level", "hour"):
            values[name] = typed[name]
    hours = ["As soon as the relay is off"] + ["At " + clock(h * 60) for h in range(24)]
    values["title"] = "Settings"
    values["levels"] = options(_LEVELS, values["level"])
    values["hours"] = options(hours, values["hour"], -1)
    values["clock"] = time(house)
    values["locked"] = locked
    values["secret"] = "A password is set." if locked else "Everybody in your network may use this page."
    return values


def number(text, least, most):
    "The number, or None."
    n = int(text) if text.lstrip("-").isdigit() else least - 1
    return n if least <= n <= most else None


def suggested(name):
    "What is left of a name when all that is not allowed goes."
    from plug.settings import _NAME

    name = "".join([c if c in _NAME else "-" for c in name.strip()])[:32]
    return name if len(name) > 2 else name + "-plug"


def save(house, typed):
    from plug.settings import named

    errors = {}
    word = typed.get("password", "")
    values = {
        "name": typed.get("name", ""),
        "level": number(typed.get("level", ""), 0, 3),
        "hour": number(typed.get("hour", ""), -1, 23),
        "ntp": typed.get("ntp", "").replace(",", " ").split() or ["pool.ntp.org"],
        "zone": typed.get("zone", "").strip()[:40],
    }
    if not named(values["name"]) or not values["name"]:
        errors["name"] = "3 to 32 of A-Z a-z 0-9 - _, for example " + suggested(values["name"])
    if values["level"] is None:
        errors["level"] = "From 0 to 3."
    if values["hour"] is None:
        errors["hour"] = "From -1 to 23."
    if len(values["ntp"]) > 4:
        errors["ntp"] = "Four servers at most."
    try:
        values["tz"] = rule(typed.get("tz", ""))
    except ValueError:
        errors["tz"] = "Neither a distance such as +5:30 nor a rule such as CET-1CEST,M3.5.0,M10.5.0/3"
    if word and len(word) < 8:
        errors["password"] = "At least 8 characters."
    if not errors:
        store(house, values, word, "open" in typed)
    return errors or None


def store(house, values, word, unlock):
    from binascii import hexlify
    from os import urandom

    from plug.secret import salted
    from plug.settings import save as keep

    if word:
        values["password"] = salted(hexlify(urandom(8)).decode(), word.encode())
    elif unlock:
        values["password"] = ""
    keep("plug", values)
    house.changed("plug")
