"""The page of settings and that of MQTT, and the POSIX rule of a time zone. A step of plug/web.py; the plan reads its zone by `parse`."""
# ota: -O3


def minutes(text):
    "'-0:30' is -30."
    parts = text.split(":")
    hours = int(parts[0])
    rest = int(parts[1]) if len(parts) > 1 else 0
    if len(parts) > 2 or not 0 <= rest < 60:
        raise ValueError
    return hours * 60 + (-rest if text[0] == "-" else rest)


def named(text, east):
    "'CET-1CEST' is (60, 'CEST'): what follows a name counts west. Nothing there means `east`."
    i = 0
    if text[:1] == "<":
        i = text.find(">") + 1
    else:
        while text[i : i + 1].isalpha():
            i += 1
    j = i
    while text[j : j + 1] and text[j : j + 1] in "+-:0123456789":
        j += 1
    if j > i:
        east = -minutes(text[i:j])
    if i < 3 or east is None or not -720 <= east <= 840:
        raise ValueError
    return east, text[j:]


def rule(text):
    "'M10.5.0/3' is (10, 5, 0, 180): month, week (5: the last), weekday from Sunday, minute of that day."
    date, time = text.split("/", 1) if "/" in text else (text, "2")
    month, week, day = map(int, date[1:].split("."))
    minute = minutes(time)
    if date[:1] != "M" or not (0 < month < 13 and 0 < week < 6 and 0 <= day < 7 and abs(minute) < 10080):
        raise ValueError
    return month, week, day, minute


def parse(text):
    "'CET-1CEST,M3.5.0,M10.5.0/3' or '<+0545>-5:45' as a tuple for the rules. ValueError when it is no such rule."
    parts = text.split(",")
    std, rest = named(parts[0], None)
    if not rest and len(parts) == 1:
        return std, std, None, None
    dst, rest = named(rest, std + 60)
    if rest or len(parts) != 3:
        raise ValueError
    return std, dst, rule(parts[1]), rule(parts[2])


def zone(text):
    "A POSIX rule; a mere distance like '+5:30' becomes one. ValueError."
    if text[:1] in ("+", "-"):
        parts = (text[1:] + ":0").split(":")
        text = "<%s%02d%02d>%s%s:%s" % (text[0], int(parts[0]), int(parts[1]), "-" if text[0] == "+" else "", parts[0], parts[1])
    parse(text)
    return text


def suitable(name):
    "What becomes of a name when all that is not allowed goes."
    characters = [name[i : i + 1] for i in range(min(32, len(name)))]
    name = "".join([c if c.isalpha() or c.isdigit() or c in "-_" else "-" for c in characters])
    return name if len(name) > 2 else name + "-plug"


def number(text, least, most, errors, name):
    "Of a field; what is none, or out of range, is an error."
    n = int(text) if text.lstrip("-").isdigit() and len(text) < 6 else 99999
    if not least <= n <= most:
        errors[name] = "From %d to %d, please." % (max(0, least), most)
    return n


def settings(house, values, typed):
    values["locked"] = values.pop("password")
    values["ntp"] = " ".join(values["ntp"])
    values["hour"] = values["hour"] if values["hour"] >= 0 else ""
    values["called"] = house.name
    values.update(typed)


def save_settings(house, values, typed):
    get = typed.get
    errors, values = {}, {"zone": get("zone", "")[:64]}
    values["name"] = name = get("called", "").strip()
    if suitable(name) != name:
        errors["called"] = "3 to 32 of A-Z a-z 0-9 - and _, for example: " + suitable(name)
    for name, least, most in (("level", 0, 3), ("hour", -1, 23)):
        values[name] = number(get(name) or "-1", least, most, errors, name)
    values["ntp"] = names = get("ntp", "").replace(",", " ").split() or ["pool.ntp.org"]
    if len(names) > 4 or max([len(n) for n in names]) > 63:
        errors["ntp"] = "Four names at most, each of 63 characters at most."
    try:
        values["tz"] = zone(get("tz", "").strip())
    except ValueError:
        errors["tz"] = "Neither a distance such as +5:30 nor a rule such as CET-1CEST,M3.5.0,M10.5.0/3"
    lock(typed, values)
    if 0 < len(values.get("password", "")) < 8:
        errors["password"] = "At least 8 characters."
    elif values.get("password"):
        values["password"] = secret(values["password"])
    return errors or [("plug", values)]


def lock(typed, values):
    "The new password, or none any more; else it stays as it is. It is never shown again."
    word = typed.pop("password", "")
    if word or "open" in typed:
        values["password"] = word


def secret(word):
    "As the password of the page is stored: 16 hex digits of salt, and SHA-256 of salt and password in hex."
    from binascii import hexlify
    from hashlib import sha256
    from os import urandom

    salt = hexlify(urandom(8))
    return (salt + hexlify(sha256(salt + word.encode()).digest())).decode()


def mqtt(house, values, typed):
    part = house.parts.get("mqtt")
    if not values["host"]:
        values["state"] = "MQTT is off: it has no broker."
    elif part:
        values["state"] = "Connected." if part.up else part.error or "Connecting."
    values["locked"] = values.pop("password")
    ha = "ha" in typed if typed else values["ha"]
    values.update(typed)
    values["ha"] = "checked" if ha else ""


def faults(values):
    "What is wrong with fields of MQTT, by name; the port becomes a number."
    errors = {}
    for name in values:
        text = values[name]
        if name == "port":
            values[name] = number(text, 1, 65535, errors, name)
        elif len(text) > 64:
            errors[name] = "64 characters at most."
        elif name == "host" and (" " in text or "/" in text):
            errors[name] = "A name or an address, without anything around it."
        elif name in ("main", "feed") and ("+" in text or "#" in text or text[:1] == "$"):
            errors[name] = "A topic has no + and no # in it, and no $ in front."
    return errors


def save_mqtt(house, values, typed):
    found = {name: typed.get(name, "").strip() for name in "host user id main feed".split()}
    found["port"] = typed.get("port", "").strip() or "1883"
    errors = faults(found)
    found["ha"] = "ha" in typed
    lock(typed, found)
    return errors or [("mqtt", found)]


def step(web, name, values, typed):
    if name == "mqtt":
        return web.form(name, values, typed, save_mqtt, mqtt)
    return web.form(name, values, typed, save_settings, settings)
