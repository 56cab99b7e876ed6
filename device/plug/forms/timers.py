"The timers: one range in each line, with days behind it where they are not all days; or a range in a row of fields of its own."
# ota: -O3
from plug import timertext
from plug.say import now

_SHORT = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def mask(days):
    "'0,2' has the bits 0 and 2."
    bits = 0
    for d in days.split(","):
        if d.isdigit() and int(d) < 7:
            bits |= 1 << int(d)
    return bits


def row(line, number):
    "[start, end, days] or ValueError."
    words = line.replace(",", " ").split()
    bits = 0
    while words and words[-1][:2] in _SHORT and len(words[-1]) == 2:
        bits |= 1 << _SHORT.index(words.pop())
    try:
        start, end = timertext.parse(" ".join(words))[0]
    except ValueError as e:
        raise ValueError("Line %d: %s." % (number, e.args[0][1]))
    return [start, end, bits or 127]


def rows(typed):
    found, number = [], 0
    for line in typed.get("timers", "").split("\n"):
        number += 1
        if line.strip():
            found.append(row(line, number))
    if typed.get("s") or typed.get("e"):
        one = row("%s - %s" % (typed.get("s"), typed.get("e")), number + 1)
        one[2] = mask(typed.get("d", "")) or 127
        found.append(one)
    if len(found) > 32:
        raise ValueError("More than 32 ranges.")
    return sorted(found)


def text(rows):
    lines = []
    for row in rows:
        days = "" if row[2] == 127 else " " + " ".join([_SHORT[d] for d in range(7) if row[2] >> d & 1])
        lines.append(timertext.show([row]) + days)
    return "\n".join(lines)


def week(bits):
    return [(d, _SHORT[d], "checked" if bits >> d & 1 else "") for d in range(7)]


def show(house, typed):
    timers = house.parts["plan"].timers
    if typed:
        timers = {"active": "active" in typed, "reverse": "reverse" in typed, "days": mask(typed.get("a", ""))}
    values = {"title": "Timers", "week": week(127), "days": week(timers["days"])}
    values["now"] = now(house)
    for name in ("active", "reverse"):
        values[name] = "checked" if timers[name] else ""
    for name in ("s", "e"):
        values[name] = typed.get(name, "")
    values["timers"] = typed.get("timers", "") if typed else text(timers["rows"])
    return values


def save(house, typed):
    try:
        found = rows(typed)
    except ValueError as e:
        return {"timers": e.args[0]}
    from plug.settings import save as keep

    keep("timers", {"active": "active" in typed, "reverse": "reverse" in typed, "days": mask(typed.get("a", "")), "rows": found})
    house.changed("timers")
