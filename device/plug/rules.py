"""What the relay should be. Pure: functions of the settings and the minute, without state, clock or hardware. Minutes count from
2000-01-01T00:00Z. docs/timers.md tells what they do. timers: the settings, with each row as one number: start << 18 | end << 7 | days."""
# ota: -O3
from micropython import const

_SEARCH = const(15 * 1440)  # a week in which nothing changes repeats for ever; one may lie beside a skipped hour
_FOREVER = const(0x3FFFFFFF)  # fits a small int and four bytes of RTC memory
_FAR = const(16 * 1440)  # no timer is so far away: a choice that claims to be was made while the clock was wrong

# the zone, from its POSIX rule; right until February 2100


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


# what the timers want: the state follows from the clock on the wall alone, so a skipped or repeated hour needs no rule of its own


def _state(timers, local):
    "(on, for how many minutes on the wall clock at least). Rows in the order of their starts are joined in one go."
    day = local // 1440
    now = until = local % 1440
    days = timers["days"]
    today = 1 << (day + 5) % 7
    yesterday = 1 << (day + 4) % 7
    begin = 1440
    for row in timers["rows"]:
        start, end, mask = row >> 18, row >> 7 & 2047, row & days
        if end <= start:
            end += 1440
        if mask & yesterday and until < end - 1440:
            until = end - 1440
        if mask & today:
            if start <= until < end:
                until = end
            elif now < start < begin:
                begin = start
    if until > now:
        return not timers["reverse"], until - now
    return timers["reverse"] and days & today > 0, begin - now


def wanted(timers, zone, minute):
    "(on, minute of the next change or None if there is never one); on is None when the timers are inactive."
    first = None
    change = minute
    end = minute + _SEARCH
    while timers["active"] and minute < end:
        if minute >= change:
            east, change = span(zone, minute)
        on, stays = _state(timers, minute + east)
        if first is None:
            first = on
        if on != first:
            return first, minute
        minute = min(minute + stays, change)
    return first, None


# the timers, and what somebody chose until their next switching point


def until_for(timers, zone, minute):
    "Until which minute a choice of now holds. None: there is no timer to hold against, or no time (ask again when it is known)."
    if minute is None or not timers["active"]:
        return None
    return wanted(timers, zone, minute)[1] or _FOREVER


def decide(timers, zone, override, minute):
    """(on, minute at which the relay changes next by itself, or None); on is None when nobody but a human decides:
    inactive timers, unknown time. override: None or (on, until)."""
    if minute is None or not timers["active"]:
        return None, None
    on, until = override or (None, 0)
    if until == _FOREVER:
        return on, None
    if not minute < until < minute + _FAR:
        return wanted(timers, zone, minute)
    then, after = wanted(timers, zone, until)
    return on, after if then == on else until
