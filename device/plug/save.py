"""A form that was sent: read, and given to its module plug/form_*.py. Its `save(house, typed)` gives a list of (section, values)
to store; or {field: what is wrong}, with which the page comes again; or None when there is nothing to store. A step of plug/web.py."""
# ota: -O3


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


def step(house, name, order, body):
    "order: the path, where one form takes several; None: body is what has to be stored, now that the form is gone from memory."
    if order is None:
        return keep(name, body)
    try:
        typed = decode(body)
    except ValueError:
        return "400 Bad Request", "text/plain", ("This is no form.",)
    typed["order"] = order
    result = __import__("plug.form_" + name, None, None, ("save",)).save(house, typed)
    if isinstance(result, dict):
        return "look", house, name, typed, result, None
    return "save", house, name, None, result or ()


def keep(name, sections):
    "The last of the answer is what the parts have to be told."
    from plug.settings import save

    for section, values in sections:
        save(section, values)
    return "303 See Other", "text/plain\r\nLocation: /%s?saved" % name.replace("menu", ""), (), [section for section, _ in sections]
