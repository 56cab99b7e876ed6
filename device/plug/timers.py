# ota: -O3
"What the timers want. Pure: the state follows from the clock on the wall alone, so a skipped or repeated hour needs no rule of its own."
from micropython import const
from plug.zone import span

_SEARCH = const(15 * 1440)  # a week in which nothing changes repeats for ever; one may lie beside a skipped hour


def _state(timers, local):
    "(on, for how many minutes on the wall clock at least). Rows in the order of their starts are joined in one go."
    day = local // 1440
    now = until = local % 1440
    days = timers["days"]
    today = 1 << (day + 5) % 7
    yesterday = 1 << (day + 4) % 7
    begin = 1440
    for start, end, mask in timers["rows"]:
        mask &= days
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
