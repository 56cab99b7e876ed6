"""The page of settings, and the POSIX rule of a time zone. A step of plug/web.py; the plan reads its zone by `parse`."""
# ota: -O3
scope = globals()


def minutes(text):
    "'-0:30' is -30; seconds may stand behind it when they are 00."
    parts = text.split(":")
    hours = int(parts[0])
    rest = int(parts[1]) if len(parts) > 1 else 0
    if [int(p) for p in parts[2:]] not in ([], [0]) or not 0 <= rest < 60:
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
    """A POSIX rule. A distance becomes one: '+5:30', and also 'UTC+2' and 'GMT-1', which people mean so, though POSIX counts the other way
    round. ValueError."""
    text = text.encode().replace(b"\xe2\x88\x92", b"-").decode()  # a minus sign
    far = text.replace(" ", "")
    if far[:3].upper().encode() in (b"UTC", b"GMT") and far[3:4] in "+-":
        if len(far) == 3:
            return "UTC0"
        far = far[3:]
    if far[:1] in ("+", "-"):
        parts = (far[1:] + ":0").split(":")
        text = "<%s%02d%02d>%s%s:%s" % (far[0], int(parts[0]), int(parts[1]), "-" if far[0] == "+" else "", parts[0], parts[1])
    parse(text)
    if len(text) > 64:
        raise ValueError
    return text


def server(text):
    "The URL of an update server as the client takes it. A mere host is one that `npm start` runs: at port 8267. ValueError."
    data = text.encode()
    scheme, rest = data.split(b"://", 1) if b"://" in data else (b"", data)
    host = rest.split(b"/")[0]
    name, port = (host if b":" in host else host + (b":80" if scheme else b":8267")).split(b":")
    odd = [c for c in rest if not (48 <= c < 59 or 65 <= c < 91 or 97 <= c < 123 or c in b"-._~/")]
    if scheme not in (b"", b"http") or odd or not name or len(data) > 180 or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError
    return (b"http://" + (rest if scheme else name + b":" + port + rest[len(host) :])).decode()


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
    values["called"] = values["name"] or house.name
    values.update(typed)


def save_settings(house, values, typed):
    get = typed.get
    errors, ota, tz = {}, [], get("tz", "").strip()
    old, values = values["tz"], {"zone": get("zone", "")[:64]}
    values["name"] = name = get("called", "").strip()
    if suitable(name) != name:
        errors["called"] = "3 to 32 of A-Z a-z 0-9 - and _, for example: " + suitable(name)
    for name, least, most in (("level", 0, 3), ("hour", -1, 23)):
        values[name] = number(get(name) or "-1", least, most, errors, name)
    values["ntp"] = names = get("ntp", "").replace(",", " ").split() or ["pool.ntp.org"]
    if len(names) > 4 or max([len(n) for n in names]) > 63:
        errors["ntp"] = "Four names at most, each of 63 characters at most."
    try:
        values["tz"] = tz if tz == old else zone(tz)  # what is stored is POSIX: it may not be read as what a person types
    except ValueError:
        errors["tz"] = "Neither a distance such as +5:30 nor a rule such as CET-1CEST,M3.5.0,M10.5.0/3"
    try:
        if "server" in typed:
            ota = [("ota", {"server": typed["server"].strip() and server(typed["server"].strip())})]
    except ValueError:
        errors["server"] = "Like 192.168.1.5:8267 or http://updates.example:8267/ota. It is not https: what protects an update is its signature."
    lock(typed, values)
    if 0 < len(values.get("password", "")) < 8:
        errors["password"] = "At least 8 characters."
    elif values.get("password"):
        values["password"] = secret(values["password"])
    return errors or [("plug", values)] + ota


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


def step(web, name, values, typed):
    return web.form(name, values, typed, save_settings, settings)
