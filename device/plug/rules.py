# ota: -O3
"What the relay should be: the timers, and what somebody chose until their next switching point. Pure."
from micropython import const
from plug.timers import wanted

_FOREVER = const(0x3FFFFFFF)  # fits a small int and four bytes of RTC memory
_FAR = const(16 * 1440)  # no timer is so far away: a choice that claims to be was made while the clock was wrong


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
