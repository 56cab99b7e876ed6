"""The fields of a form, as they come; and the page of MQTT. A step of plug/web.py, behind plug/request.py: both together, and 32 ranges,
would not fit into memory."""
# ota: -O3
scope = globals()


def plain(body, i, end):
    "Undoes the encoding of forms, in place: a second copy of 32 ranges has no room. As bytes, for a character may be spelled by several %XX."
    at = n = i
    while i < end:
        byte = 32 if body[i] == 43 else body[i]
        if byte == 37:
            byte = int(bytes(body[i + 1 : i + 3]), 16)
            i += 2
        i += 1
        if byte != 13:
            body[n] = byte
            n += 1
    return memoryview(body)[at:n]


def find(body, byte, i, end):
    "Where it is, or the end."
    while i < end and body[i] != byte:
        i += 1
    return i


def decode(body, typed):
    """Adds name: text for each; several fields of one name are joined by commas. No page has more than 40. The timers are long and stay bytes, where they
    are. ValueError for what is no such form, or no UTF-8."""
    i = 0
    while i < len(body) and len(typed) < 40:
        end = find(body, 38, i, len(body))  # &
        at = find(body, 61, i, end)  # =
        name, value = str(plain(body, i, at), "utf8"), plain(body, at + 1, end)
        if name != "timers":
            value = str(value, "utf8")
            if name in typed:
                value = typed[name] + "," + value
        typed[name] = value
        i = end + 1


def mqtt(house, values, typed):
    part = house.parts.get("mqtt")
    if not values["host"]:
        values["state"] = "MQTT is off: it has no broker."
    elif part:
        values["state"] = part.error or ("Connected." if part.up else "Connecting.")
    values["locked"] = values.pop("password")
    values["client"] = part and part.client
    ha = "ha" in typed if typed else values["ha"]
    values.update(typed)
    values["ha"] = "checked" if ha else ""


def faults(values):
    "What is wrong with fields of MQTT, by name; the port becomes a number."
    errors = {}
    for name in values:
        text = values[name]
        if name == "port":
            values[name] = int(text) if text.isdigit() and len(text) < 6 else 0
            if not 0 < values[name] < 65536:
                errors[name] = "From 1 to 65535, please."
        elif len(text) > 64:
            errors[name] = "64 characters at most."
        elif name == "host" and (" " in text or "/" in text):
            errors[name] = "A name or an address, without anything around it."
        elif name in ("main", "feed") and ("+" in text or "#" in text or text[:1] == "$"):
            errors[name] = "A topic has no + and no # in it, and no $ in front."
    return errors


def address(text, port):
    "{host, port} of 'host' or 'host:port', not judged yet."
    host, port = (text.strip() + ":" + (port.strip() or "1883")).split(":")[:2] if "/" not in text else (text, port)
    return {"host": host, "port": port}


def save_mqtt(house, values, typed):
    found = {name: typed.get(name, "").strip() for name in "user id main feed".split()}
    found.update(address(typed.get("host", ""), typed.get("port", "")))
    errors = faults(found)
    found["ha"] = "ha" in typed
    word = typed.pop("password", "")
    if word or "open" in typed:  # a new one, or none any more; else it stays as it is
        found["password"] = word
    if len(word) > 64:
        errors["password"] = "64 characters at most."
    return errors or [("mqtt", found)]


def step(web, name, values, typed):
    "Without a name: typed is the next step, and its last value gets what the body (values) says."
    if name:
        return web.form(name, values, typed, save_mqtt, mqtt)
    try:
        decode(values, typed[-1])
    except ValueError:
        return "400 This is no form."
    return typed
