# ota: -O3
"A time zone from its POSIX rule. Pure; minutes count from 2000-01-01T00:00Z. Right until February 2100."
import plug


def parse(text):
    "A tuple for `offset`. ValueError when it is no such rule."
    from plug import posix

    try:
        return posix.parse(text)
    finally:
        plug.drop("posix")


def _first(month):
    "The day on which a month begins. Months count from March 2000, so that a leap day ends a year."
    year = month // 12
    return year * 365 + year // 4 + (month % 12 * 153 + 2) // 5 + 60


def _at(rule, year):
    "The local minute at which a rule comes true."
    month = year * 12 + rule[0] - 3
    day = _first(month)
    day += (rule[2] - day + 1) % 7 + rule[1] * 7 - 7  # day 0 was a Saturday
    while day >= _first(month + 1):
        day -= 7
    return day * 1440 + rule[3]


def span(zone, minute):
    "(minutes east of UTC, until which minute at least that stays so)"
    std, dst, begin, end = zone
    if not begin:
        return std, minute + 20000
    year = (minute + std) // 1440 * 4 // 1461
    begin = _at(begin, year) - std
    end = _at(end, year) - dst
    summer = begin < end
    for edge in (begin, end) if summer else (end, begin):
        if minute < edge:
            return (std if (edge == begin) else dst), edge
    return (std if summer else dst), _first(year * 12 + 10) * 1440 - std


def offset(zone, minute):
    "Minutes east of UTC."
    return span(zone, minute)[0]
