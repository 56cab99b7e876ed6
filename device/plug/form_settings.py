"Name, LED, hour of updates, time and password."
# ota: -O3


def show(house, typed, values):
    from plug.say import hour, local, when

    minute = house.minute()
    east = minute and local(house, minute) - minute
    values["locked"] = values.pop("password")
    values["ntp"] = " ".join(values["ntp"])
    values["hour"] = values["hour"] if values["hour"] >= 0 else ""
    values["called"] = house.name
    values.update(typed)
    values["title"] = "Settings"
    values["clock"] = minute and "%s, UTC%s%s" % (when(house, minute), "-" if east < 0 else "+", hour(abs(east)))
    return values


def rule(text):
    "A POSIX rule; a mere distance like '+5:30' becomes one. ValueError."
    from plug.posix import parse

    text = text.strip()
    if text[:1] in ("+", "-"):
        parts = (text[1:] + ":0").split(":")
        text = "<%s%02d%02d>%s%s:%s" % (text[0], int(parts[0]), int(parts[1]), "-" if text[0] == "+" else "", parts[0], parts[1])
    parse(text)
    return text


def suitable(name):
    "What becomes of a name when all that is not allowed goes."
    name = "".join([c if c.isalpha() or c.isdigit() or c in "-_" else "-" for c in name])[:32]
    return name if len(name) > 2 else name + "-plug"


def save(house, typed):
    errors, values = {}, {"zone": typed.get("zone", "")[:64]}
    values["name"] = name = typed.get("called", "").strip()
    if suitable(name) != name:
        errors["called"] = "3 to 32 of A-Z a-z 0-9 - and _, for example: " + suitable(name)
    for name, least, most in (("level", 0, 3), ("hour", -1, 23)):
        text = typed.get(name, "") or "-1"
        values[name] = int(text) if text.lstrip("-").isdigit() and len(text) < 4 else 99
        if not least <= values[name] <= most:
            errors[name] = "From 0 to %d, please." % most
    values["ntp"] = typed.get("ntp", "").replace(",", " ").split() or ["pool.ntp.org"]
    if len(values["ntp"]) > 4 or max([len(n) for n in values["ntp"]]) > 63:
        errors["ntp"] = "Four names at most, each of 63 characters at most."
    try:
        values["tz"] = rule(typed.get("tz", ""))
    except ValueError:
        errors["tz"] = "Neither a distance such as +5:30 nor a rule such as CET-1CEST,M3.5.0,M10.5.0/3"
    lock(typed, values, errors)
    return errors or [("plug", values)]


def lock(typed, values, errors):
    "The new password, or none any more; else it stays as it is."
    word = typed.pop("password", "")
    if word and len(word) < 8:
        errors["password"] = "At least 8 characters."
    elif word:
        from plug.secret import new

        values["password"] = new(word)
    elif "open" in typed:
        values["password"] = ""
