"When the plug asks for news by itself. Pure but for the dice."
from os import urandom

_FROM = 2 * 3600  # UTC; three hours from here on


def until_night(second_of_day):
    "ms to a random minute of the next night; a random moment about a day ahead when the time is unknown (None)."
    minute = (urandom(1)[0] << 8 | urandom(1)[0]) % 180
    if second_of_day is None:
        return (20 * 60 + minute) * 60000
    wait = _FROM + minute * 60 - second_of_day
    return (wait if wait > 0 else wait + 86400) * 1000
