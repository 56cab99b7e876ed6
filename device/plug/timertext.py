# ota: -O3
"Timers and times as people write them. Not resident: loaded for a request and dropped."


def _time(text, line):
    parts = text.strip().split(":")
    if [len(p) for p in parts] in ([1, 2], [2, 2]) and "".join(parts).isdigit():
        h, m = map(int, parts)
        if m < 60 and h * 60 + m <= 1440:
            return h * 60 + m
    raise ValueError((line, text.strip() + " is no time"))


def parse(text):
    "[(start, end)] from lines like '06:00 - 8:30'. ValueError((number of the line, what is wrong with it))."
    rows = []
    line = 0
    for row in text.split("\n"):
        line += 1
        row = row.strip()
        if not row:
            continue
        times = row.replace("\u2013", "-").split("-")  # a phone may type a dash
        if len(times) != 2:
            raise ValueError((line, "not two times with -"))
        start, end = [_time(t, line) for t in times]
        if start == 1440:
            raise ValueError((line, "24:00 is only an end"))
        rows.append((start, end or 1440))
    if len(rows) > 32:
        raise ValueError((line, "more than 32 ranges"))
    return sorted(rows)


def clock(minute):
    return "%02d:%02d" % (minute // 60, minute % 60)


def show(rows):
    return "\n".join(clock(row[0]) + " - " + clock(row[1]) for row in rows)


def east(minutes):
    "Minutes east of UTC with the usual sign: 345 is '+05:45'."
    return ("-" if minutes < 0 else "+") + clock(abs(minutes))


def iso(minute, minutes):
    "'2026-11-21T14:05+01:00' for a minute since 2000 (UTC), where the clock is so many minutes east."
    day, clock_now = divmod(minute + minutes, 1440)
    day -= 60  # years from March, so that a leap day ends one
    year = (day * 4 + 3) // 1461
    day -= year * 1461 // 4
    month = (day * 5 + 2) // 153
    date = (2000 + year + month // 10, (month + 2) % 12 + 1, day - (month * 153 + 2) // 5 + 1)
    return "%d-%02d-%02dT" % date + clock(clock_now) + east(minutes)
