"The broker, and what the plug calls itself there."
# ota: -O3


def show(house, typed, values):
    part = house.parts.get("mqtt")
    if not values["host"]:
        values["state"] = "MQTT is off: it has no broker."
    elif part:
        values["state"] = "Connected." if part.up else part.error or "Connecting."
    values["locked"] = values.pop("password")
    ha = "ha" in typed if typed else values["ha"]
    values.update(typed)
    values["ha"] = "checked" if ha else ""
    values["title"] = "MQTT"
    return values


def save(house, typed):
    errors, values = {}, {"ha": "ha" in typed}
    word = typed.pop("password", "")
    for name in "host user id main feed".split():
        values[name] = text = typed.get(name, "").strip()
        if len(text) > 64:
            errors[name] = "64 characters at most."
        if name in ("main", "feed") and ("+" in text or "#" in text or text[:1] == "$"):
            errors[name] = "A topic has no + and no # in it, and no $ in front."
    if " " in values["host"] or "/" in values["host"]:
        errors["host"] = "A name or an address, without anything around it."
    port = typed.get("port", "").strip() or "1883"
    values["port"] = int(port) if port.isdigit() and len(port) < 6 else 0
    if not 0 < values["port"] < 65536:
        errors["port"] = "From 1 to 65535, please."
    if word or "open" in typed:
        values["password"] = word
    return errors or [("mqtt", values)]
