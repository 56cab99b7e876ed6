"""What a request means, and whether it may. Nothing but POST changes anything, and a POST has to come from a
page of this plug. A step of plug/web.py: loaded for a request and dropped."""
# ota: -O3
scope = globals()


def parse(head):
    "(method, url, {field: text}); ValueError."
    lines = head.split(b"\n")
    method, url, version = lines.pop(0).strip().decode().split(" ")
    fields = {}
    for line in lines:
        name, value = (line.split(b":", 1) + [b""])[:2]
        fields[name.lower()] = value.strip().decode()
    if url[:1] != "/" or version[:7] != "HTTP/1." or not fields.get(b"content-length", "0").isdigit():
        raise ValueError
    return method, url, fields


def own(host, name):
    "False for a name that a stranger may have pointed at this plug's address (DNS rebinding)."
    words = host.split(":")[0].lower().split(".")
    return "".join(words).isdigit() or len(words) == 1 or words[0] == name.lower() or words[-1] in ("local", "lan", "home", "internal")


def knows(stored, field):
    "The password of the page, as plug/forms.py stores it. field: 'Basic …' with user:password in base64. Any user will do."
    from binascii import a2b_base64, hexlify
    from hashlib import sha256

    try:
        word = a2b_base64(field[6:]).split(b":", 1)[1]
    except (ValueError, IndexError):
        return False
    wrong = len(stored) != 80
    stored = stored.encode()
    for a, b in zip(hexlify(sha256(stored[:16] + word).digest()), stored[16:]):
        wrong |= a != b  # to the end, so that the time tells nothing
    return not wrong


def stranger(web, method, fields, url):
    "The refusal for one who may not."
    host = fields.get(b"host", "0")
    if not web.only:
        if not own(host, web.house.name):
            return "421 Open this plug by its address or its name."
        if web.password and url[:5] != "/app." and not knows(web.password, fields.get(b"authorization", "")):
            return "401 A password, please.", 'text/plain\r\nWWW-Authenticate: Basic realm="plug",charset="UTF-8"', ()
    origin, site = fields.get(b"origin", fields.get(b"referer")), fields.get(b"sec-fetch-site", "none")
    if (origin or "").encode() == b"null" and site == "same-origin":  # a browser that hides where pages come from, and no page can say this in its place
        origin = None
    if method == "POST" and (site not in ("none", "same-origin") or origin is not None and origin.split("/")[2:3] != [host]):
        return "403 This came from the page of somebody else."


def step(web, client):
    "A status, or (status, kind, body), or the next step."
    head, size, body = client.head, client.size, client.data
    client.head = client.data = b""
    if size is None:
        return "431 This is too long."
    if size > len(body):
        return "413 This is too long."
    try:
        method, url, fields = parse(head)
        typed = {"order": url[1:]} if method == "POST" else {}
    except ValueError:
        return "400 This is no HTTP."
    client.values["saved"] = url[-6:] == "?saved"
    if method not in ("GET", "HEAD", "POST"):
        return "405 Look, or send a form."
    then = stranger(web, method, fields, url) or asked(web, url.split("?")[0][1:], fields, typed, client.values)
    return ("fields", web, None, body, then) if typed and then[-1] is typed else then


def asked(web, path, fields, typed, values):
    "typed: empty for a mere look."
    house, name = web.house, web.only
    if path in ("app.css", "app.js"):
        return file(path, '"%s"' % house.version, fields.get(b"if-none-match"))
    if name:
        return name, web, name, values, typed
    if typed and path in ("on", "off", "toggle", "update"):
        if path == "update":
            house.update_now()
        else:
            house.switch.set(path == "on" or path == "toggle" and not house.switch.on, "w")
        return "303 See Other", "text/plain\r\nLocation: /", ()
    name = path
    if typed and path in ("reset", "clear"):  # the page of internals takes them beside its own
        name = "internals"
    elif not path:
        name = "menu"
    if typed and name in ("state", "menu"):
        return "405 Look, but send nothing."
    if name in ("wifi", "mqtt"):
        return "settings", web, "inside" if name == "wifi" else "fields", name, values, typed
    if name in ("menu", "state", "timers", "settings", "internals"):
        return "menu", web, name, values, typed
    return "404 No such page."


def file(name, tag, known):
    "One that stays the same as long as its tag. The browser may have it; it comes as it is stored: compressed."
    kind = "text/%s\r\nCache-Control: max-age=86400\r\nETag: %s" % ("css" if name == "app.css" else "javascript", tag)
    if known == tag:
        return "304 Not Modified", kind, ()
    from plug.web import pieces

    return "200 OK", kind + "\r\nContent-Encoding: gzip", pieces(name)
