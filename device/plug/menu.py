"""The first page with its live state, which tools may read as well; and times in words, for other pages too. A step of plug/web.py."""
# ota: -O3
scope = globals()


def clock(minute):
    return "%02d:%02d" % divmod(minute, 60)


def day(local):
    "Monday is 0."
    return (local // 1440 + 5) % 7


def date(local):
    return "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()[day(local)]


def utc(east):
    return "UTC" + ("-" if east < 0 else "+") + clock(abs(east))


def when(house, minute):
    "'Monday 06:30'."
    if minute is None:
        return "not yet"
    minute = house.parts["plan"].local(minute)
    return date(minute) + " " + clock(minute % 1440)


def now(house):
    "The minute of the local week from Monday; empty while the time is unknown."
    minute = house.minute()
    if minute is None:
        return ""
    minute = house.parts["plan"].local(minute)
    return day(minute) * 1440 + minute % 1440


def span(minutes):
    "'2 days', '3 h 05 min', '4 min'."
    if minutes >= 2880:
        return "%d days" % (minutes // 1440)
    return "%d h %02d min" % divmod(minutes, 60) if minutes > 59 else "%d min" % minutes


def sentence(house, minute):
    "What the timers do next."
    plan, point = house.parts["plan"], house.next
    if not plan.timers["active"]:
        return "Timers are off."
    if minute is None:
        return "The time is not known yet, the timers wait for it."
    if point is None:
        return "No switching ahead."
    then = plan.local(point)
    ahead = then // 1440 - plan.local(minute) // 1440
    name = "" if not ahead else "tomorrow " if ahead == 1 else date(then) + " "
    return "Switches %s %sat %s, in %s." % ("off" if house.switch.on else "on", name, clock(then % 1440), span(max(point - minute, 0)))


def state(house):
    minute, clock = house.minute(), house.clock
    old = clock and (clock.lost > 419 or minute and minute - (clock.last or minute) > 419)
    return {
        "on": house.switch.on,
        "next": sentence(house, minute),
        "message": "The plug restarts." if "" in house.due else house.message or ("No time server has answered for 7 hours." if old else ""),
        "time": when(house, minute) if minute else "",
        "now": now(house),
        "waiting": bool(house.waiting),
    }


def menu(house, values, typed):
    timers = house.parts["plan"].timers
    values.update(state(house))
    values["state"], values["other"] = ("On", "off") if house.switch.on else ("Off", "on")
    values["rows"] = rows(timers["rows"] if timers["active"] else ())
    values["days"], values["reverse"] = timers["days"], 1 if timers["reverse"] else ""
    values["calm"] = "" if house.waiting else "hidden"


def rows(rows):
    "(start, end, days) of each, one at a time. Goes on while the page is sent, when this module is empty: so it uses nothing of it."
    for row in rows:
        yield row >> 18, row >> 7 & 2047, row & 127


def times(house):
    "What the page of internals says of them."
    timers, choice, clock, wifi = house.parts["plan"].timers, house.override or (False, 0), house.clock, house.parts["wifi"]
    until = choice[1]
    return (
        len(timers["rows"]) if timers["active"] else "off",
        when(house, house.next) if house.next else "none",
        "no" if not until else "on" if choice[0] else "off",
        ", until " + when(house, until) if 0 < until < 1 << 29 else "",
        when(house, clock.last),
        span(max(0, house.left(clock.due)) // 60000),
        clock.error,
        span(house.count // 6),
        when(house, wifi.last),
        "not yet" if wifi.first is None else span((house.count - wifi.first) // 6) + " ago",
        house.count,
    )


def step(web, name, values, typed):
    "Other pages come here for their times, then to their own module."
    house = web.house
    if name == "internals":
        values["times"] = times(house)
        return "inside", web, name, values, typed
    if name == "settings":
        minute, plan, told = house.minute(), house.parts["plan"], house.told
        if minute:
            values["clock"] = when(house, minute) + ", " + utc(plan.local(minute) - minute)
        std, dst, begin, _ = plan.zone
        values["rule"] = utc(std) + (", in summer " + utc(dst) if begin else "")
        values["asked"] = told and "%s ago, result: %s" % (span((house.count - told[0]) // 6), told[1].replace("_", " "))
        return name, web, "forms", name, values, typed
    if name == "state":
        from json import dumps

        return "200 OK", "application/json\r\nCache-Control: no-store", (dumps(state(house)).encode(),)
    if name == "timers":
        values["now"] = now(house)
        return name, web, name, values, typed
    return web.form(name, values, typed, None, menu)
