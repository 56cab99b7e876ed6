# ota: -O3
"The POSIX rule of a time zone as a tuple for plug.rules. Loaded when settings are read, then dropped."


def _minutes(text):
    "'-0:30' is -30."
    parts = text.split(":")
    hours = int(parts[0])
    rest = int(parts[1]) if len(parts) > 1 else 0
    if len(parts) > 2 or not 0 <= rest < 60:
        raise ValueError(text)
    return hours * 60 + (-rest if text[0] == "-" else rest)


def _named(text, east):
    "'CET-1CEST' is (60, 'CEST'): what follows a name counts west. Nothing there means `east`."
    i = 0
    if text[:1] == "<":
        i = text.find(">") + 1
    else:
        while text[i : i + 1].isalpha():
            i += 1
    j = i
    while text[j : j + 1] and text[j] in "+-:0123456789":
        j += 1
    if j > i:
        east = -_minutes(text[i:j])
    if i < 3 or east is None or not -720 <= east <= 840:
        raise ValueError(text)
    return east, text[j:]


def _rule(text):
    "'M10.5.0/3' is (10, 5, 0, 180): month, week (5: the last), weekday from Sunday, minute of that day."
    date, time = text.split("/", 1) if "/" in text else (text, "2")
    month, week, day = map(int, date[1:].split("."))
    minute = _minutes(time)
    if date[0] != "M" or not (0 < month < 13 and 0 < week < 6 and 0 <= day < 7 and abs(minute) < 10080):
        raise ValueError(text)
    return month, week, day, minute


def parse(text):
    "'CET-1CEST,M3.5.0,M10.5.0/3' or '<+0545>-5:45' as a tuple for zone.offset. ValueError when it is no such rule."
    parts = text.split(",")
    std, rest = _named(parts[0], None)
    if not rest and len(parts) == 1:
        return std, std, None, None
    dst, rest = _named(rest, std + 60)
    if rest or len(parts) != 3:
        raise ValueError(text)
    return std, dst, _rule(parts[1]), _rule(parts[2])
