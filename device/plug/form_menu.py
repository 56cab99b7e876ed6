"The first page, and its live state, which tools may read as well."
# ota: -O3
from plug.say import date, hour, local, now, span, when


def sentence(house, minute):
    "What the timers do next."
    if not house.parts["plan"].timers["active"]:
        return "Timers are off."
    if minute is None:
        return "The time is not known yet, the timers wait for it."
    point = house.next
    if point is None:
        return "No switching ahead."
    then = local(house, point)
    ahead = then // 1440 - local(house, minute) // 1440
    name = "" if not ahead else "tomorrow " if ahead == 1 else date(then) + " "
    return "Switches %s %sat %s, in %s." % ("off" if house.switch.on else "on", name, hour(then), span(max(point - minute, 0)))


def state(house):
    "now: see plug/say.py."
    minute = house.minute()
    return {
        "on": house.switch.on,
        "next": sentence(house, minute),
        "message": "The plug restarts." if "" in house.due else house.message,
        "time": when(house, minute) if minute else "",
        "now": now(house),
        "waiting": bool(house.waiting),
    }


def show(house, typed, values):
    values = state(house)
    timers = house.parts["plan"].timers
    values["state"], values["other"] = ("On", "off") if house.switch.on else ("Off", "on")
    values["rows"] = " ".join(["-".join([str(n) for n in row]) for row in timers["rows"]]) if timers["active"] else ""
    values["days"], values["reverse"] = timers["days"], 1 if timers["reverse"] else ""
    values["calm"] = "" if house.waiting else "hidden"
    return values


def save(house, typed):
    "The order to update."
    house.update_now()
