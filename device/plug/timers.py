"""The page of the timers. There is room for 32 ranges because nothing holds them all as text: they are read from the request and written
to the page line by line. A step of plug/web.py."""
# ota: -O3
scope = globals()
_DAYS = "Mo Tu We Th Fr Sa Su"


def time(text, line):
    parts = text.strip().split(":")
    if [len(p) for p in parts] in ([1, 2], [2, 2]) and "".join(parts).isdigit():
        h, m = map(int, parts)
        if m < 60 and h * 60 + m <= 1440:
            return h * 60 + m
    raise ValueError("Line %d: %s is no time." % (line, text.strip()))


def lines(data):
    "Those of the bytes of a field, as (text,). Goes on while the page is sent, when this module is empty: so it uses nothing of it."
    at = 0
    while at < len(data):
        end = at
        while end < len(data) and data[end] != 10:
            end += 1
        try:
            yield (str(data[at:end], "utf8"),)
        except UnicodeError:
            yield ("?",)
        at = end + 1


def show(rows):
    "Each row of the plan (start << 18 | end << 7 | days) as (text,), in the same way."
    for row in rows:
        days = row & 127
        words = ["Mo Tu We Th Fr Sa Su"[d * 3 : d * 3 + 2] for d in range(7) if days >> d & 1 and days < 127]
        yield (" ".join(["%02d:%02d - %02d:%02d" % (divmod(row >> 18, 60) + divmod(row >> 7 & 2047, 60))] + words),)


def parse(rows):
    "The rows of the plan from (text,) like '06:00 - 8:30 Mo Tu', where no days are all days. ValueError says what is wrong."
    found, line = [], 0
    for (row,) in rows:
        line += 1
        words, bits = row.replace("\u2013", "-").replace(",", " ").split(), 0  # a phone may type a dash
        while words and words[-1] in _DAYS.split():
            bits |= 1 << _DAYS.index(words.pop()) // 3
        times = " ".join(words).split("-")
        if len(times) == 2:
            start, end = [time(t, line) for t in times]
            if start == 1440:
                raise ValueError("Line %d: 24:00 is only an end." % line)
            found.append(start << 18 | (end or 1440) << 7 | (bits or 127))
        elif words or bits:
            raise ValueError("Line %d: not two times with -." % line)
        if len(found) > 32:
            raise ValueError("More than 32 ranges.")
    found.sort()
    return found


def mask(typed, name):
    "'0,2' has the bits 0 and 2."
    return sum([1 << int(d) for d in typed.get(name, "").split(",") if d in "0123456" and d])


def chosen(typed):
    return {"active": "active" in typed, "reverse": "reverse" in typed, "days": mask(typed, "a")}


def pieces(typed):
    "(text,) of each range that was sent. Without scripts one may come from a row of fields of its own."
    get = typed.get
    for row in lines(get("timers", b"")):
        yield row
    if get("start") or get("end"):
        days = " ".join([_DAYS[d * 3 : d * 3 + 2] for d in range(7) if mask(typed, "d") >> d & 1])
        yield ("%s - %s  %s" % (get("start"), get("end"), days),)


def save(house, values, typed):
    found = chosen(typed)
    try:
        rows = parse(pieces(typed))
    except ValueError as e:
        return {"timers": e.args[0]}
    typed.clear()  # the room of the text is for what is stored
    found["rows"] = [[row >> 18, row >> 7 & 2047, row & 127] for row in rows]
    return [("timers", found)]


def timers(house, values, typed):
    timers = house.parts["plan"].timers
    if typed:
        values.update(typed)
        values["timers"] = lines(typed.get("timers", b""))
        timers = chosen(typed)
    else:
        values["timers"] = show(timers["rows"])
    values["days"] = [(d, _DAYS[d * 3 : d * 3 + 2], "checked" if timers["days"] >> d & 1 else "") for d in range(7)]
    for name in ("active", "reverse"):
        values[name] = "checked" if timers[name] else ""


def step(web, name, values, typed):
    return web.form(name, values, typed, save, timers)
