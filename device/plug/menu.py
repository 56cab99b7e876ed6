"""The first page with its live state, which tools may read as well; the timers; and times in words, for other pages too.
A step of plug/web.py."""
# ota: -O3
_DAYS = "Mo Tu We Th Fr Sa Su"


def clock(minute):
    return "%02d:%02d" % divmod(minute, 60)


def day(local):
    "Monday is 0."
    return (local // 1440 + 5) % 7


def date(local):
    return "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()[day(local)]


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
    values["rows"] = " ".join(["-".join([str(n) for n in row]) for row in rows(timers)]) if timers["active"] else ""
    values["days"], values["reverse"] = timers["days"], 1 if timers["reverse"] else ""
    values["calm"] = "" if house.waiting else "hidden"


def time(text, line):
    parts = text.strip().split(":")
    if [len(p) for p in parts] in ([1, 2], [2, 2]) and "".join(parts).isdigit():
        h, m = map(int, parts)
        if m < 60 and h * 60 + m <= 1440:
            return h * 60 + m
    raise ValueError("Line %d: %s is no time." % (line, text.strip()))


def parse(text):
    "[[start, end, days]] from lines like '06:00 - 8:30 Mo Tu', where no days are all days. ValueError says what is wrong."
    rows, line = [], 0
    for row in text.split("\n"):
        line += 1
        words, bits = row.replace("\u2013", "-").replace(",", " ").split(), 0  # a phone may type a dash
        while words and words[-1] in _DAYS.split():
            bits |= 1 << _DAYS.index(words.pop()) // 3
        times = " ".join(words).split("-")
        if len(times) == 2:
            start, end = [time(t, line) for t in times]
            if start == 1440:
                raise ValueError("Line %d: 24:00 is only an end." % line)
            rows.append([start, end or 1440, bits or 127])
        elif words or bits:
            raise ValueError("Line %d: not two times with -." % line)
    if len(rows) > 32:
        raise ValueError("More than 32 ranges.")
    return sorted(rows)


def days(mask):
    return "".join([" " + _DAYS[d * 3 : d * 3 + 2] for d in range(7) if mask >> d & 1]) if mask < 127 else ""


def rows(timers):
    "The plan keeps each as one number, see plug/rules.py."
    return [(row >> 18, row >> 7 & 2047, row & 127) for row in timers["rows"]]


def show(rows):
    return "\n".join([clock(row[0]) + " - " + clock(row[1]) + days(row[2]) for row in rows])


def mask(typed, name):
    "'0,2' has the bits 0 and 2."
    return sum([1 << int(d) for d in typed.get(name, "").split(",") if d in "0123456" and d])


def chosen(typed):
    return {"active": "active" in typed, "reverse": "reverse" in typed, "days": mask(typed, "a")}


def save(house, values, typed):
    "Without scripts one range may come from a row of fields of its own."
    get, found = typed.get, chosen(typed)
    text = get("timers", "")
    if get("start") or get("end"):
        text += "\n%s - %s%s" % (get("start"), get("end"), days(mask(typed, "d")))
    try:
        found["rows"] = parse(text)
    except ValueError as e:
        return {"timers": e.args[0]}
    return [("timers", found)]


def timers(house, values, typed):
    timers = house.parts["plan"].timers
    if typed:
        values.update(typed)
        timers = chosen(typed)
    else:
        values["timers"] = show(rows(timers))
    values["now"] = now(house)
    values["days"] = [(d, _DAYS[d * 3 : d * 3 + 2], "checked" if timers["days"] >> d & 1 else "") for d in range(7)]
    for name in ("active", "reverse"):
        values[name] = "checked" if timers[name] else ""


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
        minute = house.minute()
        if minute:
            east = house.parts["plan"].local(minute) - minute
            values["clock"] = "%s, UTC%s%s" % (when(house, minute), "-" if east < 0 else "+", clock(abs(east)))
        return name, web, "forms", name, values, typed
    if name == "state":
        from json import dumps

        return "200 OK", "application/json\r\nCache-Control: no-store", (dumps(state(house)).encode(),)
    return web.form(name, values, typed, save, menu if name == "menu" else timers)
