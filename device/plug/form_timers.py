"The timers: one range in each line, with days behind it where they are not all days; or a range in a row of fields of its own."
# ota: -O3
from plug.timertext import parse, show as told

_DAYS = "Mo Tu We Th Fr Sa Su"


def mask(days):
    "'0,2' has the bits 0 and 2."
    return sum([1 << int(d) for d in days.split(",") if d in "0123456" and d])


def row(line, number):
    "[start, end, days] or ValueError."
    words, bits = line.replace(",", " ").split(), 0
    while words and words[-1] in _DAYS.split():
        bits |= 1 << _DAYS.index(words.pop()) // 3
    try:
        start, end = parse(" ".join(words))[0]
    except ValueError as e:
        raise ValueError("Line %d: %s." % (number, e.args[0][1]))
    return [start, end, bits or 127]


def rows(typed):
    found, number = [], 0
    for line in typed.get("timers", "").split("\n"):
        number += 1
        if line.strip():
            found.append(row(line, number))
    if typed.get("start") or typed.get("end"):
        found.append(row("%s - %s" % (typed.get("start"), typed.get("end")), number + 1))
        found[-1][2] = mask(typed.get("d", "")) or 127
    if len(found) > 32:
        raise ValueError("More than 32 ranges.")
    return sorted(found)


def text(row):
    days = [day for day in _DAYS.split() if row[2] >> _DAYS.index(day) // 3 & 1]
    return " ".join([told([row])] + (days if len(days) < 7 else []))


def show(house, typed, values):
    from plug.say import now

    timers = house.parts["plan"].timers
    if typed:
        values = typed
        timers = {"active": "active" in typed, "reverse": "reverse" in typed, "days": mask(typed.get("a", ""))}
    else:
        values["timers"] = "\n".join([text(row) for row in timers["rows"]])
    values["title"], values["now"] = "Timers", now(house)
    values["days"] = [(d, _DAYS[d * 3 : d * 3 + 2], "checked" if timers["days"] >> d & 1 else "") for d in range(7)]
    for name in ("active", "reverse"):
        values[name] = "checked" if timers[name] else ""
    return values


def save(house, typed):
    try:
        found = rows(typed)
    except ValueError as e:
        return {"timers": e.args[0]}
    return [("timers", {"active": "active" in typed, "reverse": "reverse" in typed, "days": mask(typed.get("a", "")), "rows": found})]
