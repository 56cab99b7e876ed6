"""What the page shows and takes. Each form of plug/forms/ has show(house, typed), the values for its page, and perhaps save(house,
typed): None once all is saved, or {field: what is wrong}; then the page comes again with what was typed. Not resident."""
# ota: -O3
_FORMS = ("menu", "timers", "settings", "wifi", "mqtt", "internals", "portal")
# paths of orders to the form that takes them
_ORDERS = {"state": "menu", "update": "menu", "reset": "internals", "clear": "internals"}
_HTML = "text/html;charset=utf-8\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'self';img-src data:;frame-ancestors 'none'"


def plain(text):
    "Undoes the encoding of forms; as bytes, for a character may be spelled by several %XX. ValueError for what is not UTF-8."
    parts = text.replace(b"+", b" ").split(b"%")
    out = parts.pop(0)
    for part in parts:
        out += bytes([int(part[:2], 16)]) + part[2:]
    return out.decode().replace("\r", "")


def decode(body):
    "{name: text}; several fields of one name are joined by commas."
    typed = {}
    for pair in body.split(b"&"):
        name, value = (pair.split(b"=", 1) + [b""])[:2]
        name, value = plain(name), plain(value)
        typed[name] = typed[name] + "," + value if name in typed else value
    return typed


def answer(house, order, body):
    """(status, kind, body). order: a path. body: the bytes of a form; for a mere look True after something was saved, else None."""
    name = _ORDERS.get(order, order) if body or order == "state" else order
    if name not in _FORMS:
        return "404 Not Found", "text/plain", ("No such page.",)
    form = __import__("plug.forms." + name, None, None, ("show",))
    if order == "state":
        from json import dumps

        return "200 OK", "application/json\r\nCache-Control: no-store", (dumps(form.state(house)),)
    if body is None or body is True:
        return page(house, form, name, {}, {}, body)
    if not hasattr(form, "save"):
        return "405 Method Not Allowed", "text/plain", ("Nothing can be changed here.",)
    try:
        typed = decode(body)
    except ValueError:
        return "400 Bad Request", "text/plain", ("This is no form.",)
    typed["order"] = order
    errors = form.save(house, typed)
    if errors is None:
        return "303 See Other", "text/plain\r\nLocation: /%s?saved" % name.replace("menu", ""), ()
    return page(house, form, name, typed, errors, None)


def page(house, form, name, typed, errors, saved):
    from plug.page import lines

    values = {"name": house.name, "version": house.version, "saved": saved, "wrong": errors}
    values.update(form.show(house, typed))
    for field in errors:
        values["e" + field] = errors[field]
        values["i" + field] = "aria-invalid=true"
    return "422 Unprocessable Content" if errors else "200 OK", _HTML, lines(values.get("page", name) + ".html", values)
