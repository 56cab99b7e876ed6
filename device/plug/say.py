"Times for people. Not resident."
# ota: -O3
from plug.rules import offset


def hour(local):
    return "%02d:%02d" % (local // 60 % 24, local % 60)


def day(local):
    "Monday is 0."
    return (local // 1440 + 5) % 7


def local(house, minute):
    "The same minute on the clock on the wall."
    return minute + offset(house.parts["plan"].zone, minute)


def date(local):
    return "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()[day(local)]


def when(house, minute):
    "'Monday 06:30'."
    if minute is None:
        return "not yet"
    minute = local(house, minute)
    return "%s %s" % (date(minute), hour(minute))


def now(house):
    "The minute of the local week from Monday; empty while the time is unknown."
    minute = house.minute()
    if minute is None:
        return ""
    minute = local(house, minute)
    return day(minute) * 1440 + minute % 1440


def span(minutes):
    "'2 days', '3 h 05 min', '4 min'."
    if minutes >= 2880:
        return "%d days" % (minutes // 1440)
    return "%d h %02d min" % (minutes // 60, minutes % 60) if minutes > 59 else "%d min" % minutes
