"The broker, and what the plug calls itself there."
# ota: -O3

_TEXTS = ("host", "user", "id", "main", "feed")


def state(house):
    part = house.parts.get("mqtt")
    if not house.settings("mqtt")["host"]:
        return "MQTT is off: no broker."
    if part is None:
        return "MQTT has failed and starts again in a moment."
    return "Connected." if part.up else part.error or "Connecting."


def show(house, typed):
    values = house.settings("mqtt")
    locked = values.pop("password")
    for name in typed:
        if name in _TEXTS or name == "port":
            values[name] = typed[name]
    values["title"] = "MQTT"
    values["ha"] = "checked" if ("ha" in typed if typed else values["ha"]) else ""
    values["locked"] = locked
    values["secret"] = "One is set; empty: it stays." if locked else "None is set."
    values["state"] = state(house)
    return values


def save(house, typed):
    errors = {}
    values = {"ha": "ha" in typed}
    for name in _TEXTS:
        values[name] = typed.get(name, "").strip()
        if len(values[name]) > 64:
            errors[name] = "64 characters at most."
    for name in ("main", "feed"):
        if "+" in values[name] or "#" in values[name] or values[name][:1] == "$":
            errors[name] = "A topic has no + or # in it, and no $ in front."
    if " " in values["host"] or "/" in values["host"]:
        errors["host"] = "A name or an address, without anything around it."
    port = typed.get("port", "").strip() or "1883"
    values["port"] = int(port) if port.isdigit() and len(port) < 6 else 0
    if not 0 < values["port"] < 65536:
        errors["port"] = "From 1 to 65535."
    if typed.get("password"):
        values["password"] = typed["password"]
        if len(values["password"]) > 64:
            errors["password"] = "64 characters at most."
    elif "open" in typed:
        values["password"] = ""
    if not errors:
        from plug.settings import save as keep

        keep("mqtt", values)
        house.changed("mqtt")
    return errors or None
