"The first page, and its live state, which tools may read as well."
# ota: -O3
from plug.say import DAYS, day, hour, local, now, span, when


def sentence(house, minute):
    "What the timers do next."
    if not house.parts["plan"].timers["active"]:
        return "Timers are off."
    if minute is None:
        return "The time is not known yet, the timers wait for it."
    if house.next is None:
        return "No switching ahead."
    now, then = local(house, minute), local(house, house.next)
    ahead = then // 1440 - now // 1440
    when = "" if not ahead else "tomorrow " if ahead == 1 else DAYS[day(then)] + " "
    return "Switches %s %sat %s, in %s." % ("off" if house.switch.on else "on", when, hour(then), span(max(house.next - minute, 0)))


def state(house):
    "now: see plug/say.py."
    minute = house.minute()
    return {
        "on": house.switch.on,
        "next": sentence(house, minute),
        "message": house.message,
        "time": when(house, minute) if minute else "",
        "now": now(house),
        "waiting": bool(house.waiting),
    }


def show(house, typed):
    values = state(house)
    timers = house.parts["plan"].timers
    values["state"], values["other"] = ("On", "off") if values["on"] else ("Off", "on")
    values["rows"] = " ".join(["-".join([str(n) for n in row]) for row in timers["rows"]]) if timers["active"] else ""
    values["days"], values["reverse"] = timers["days"], 1 if timers["reverse"] else ""
    values["calm"] = "" if house.waiting else "hidden"
    return values


def save(house, typed):
    if typed["order"] == "update":
        house.message = "Looking for an update. The page is back in a minute."
        house.update_now()
