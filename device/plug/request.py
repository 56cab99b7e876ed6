"""What a request means, and whether it may. Nothing but POST changes anything, and a POST has to come from a page of this plug.
A step of plug/web.py: loaded for a request and dropped."""
# ota: -O3
_PLAIN = "text/plain"
_PAGES = "menu state timers settings wifi mqtt internals"
_ORDERS = {"": "menu", "update": "menu", "reset": "internals", "clear": "internals"}  # paths that a form takes beside its own


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


def own_host(host, name):
    "False for a name that a stranger may have pointed at this plug's address (DNS rebinding)."
    words = host.split(":")[0].lower().split(".")
    return "".join(words).isdigit() or len(words) == 1 or words[0] == name.lower() or words[-1] in ("local", "lan", "home", "internal")


def step(web, client):
    "(status, kind, body), or the next step."
    head, size, body = client.head, client.size, client.data
    client.head = client.data = b""
    if size is None:
        return "431 Request Header Fields Too Large", _PLAIN, ("This is too long.",)
    if size > len(body):
        return "413 Content Too Large", _PLAIN, ("This is too long.",)
    try:
        method, url, fields = parse(head)
    except ValueError:
        return "400 Bad Request", _PLAIN, ("This is no HTTP.",)
    if method not in ("GET", "HEAD", "POST"):
        return "405 Method Not Allowed", _PLAIN, ()
    refused = stranger(web, method, fields, url)
    if refused:
        return refused
    return asked(web, url.split("?")[0][1:], url, fields, body[:size] if method == "POST" else None)


def stranger(web, method, fields, url):
    "The refusal for one who may not."
    host = fields.get(b"host", "0")
    if not web.only:
        if not own_host(host, web.house.name):
            return "421 Misdirected Request", _PLAIN, ("Open this plug by its address or its name.",)
        if web.password and url[:5] != "/app.":
            from plug.secret import knows

            if not knows(web.password, fields.get(b"authorization", "")):
                return "401 Unauthorized", _PLAIN + '\r\nWWW-Authenticate: Basic realm="plug",charset="UTF-8"', ("A password, please.",)
    origin = fields.get(b"origin", fields.get(b"referer"))
    if method == "POST" and (
        fields.get(b"sec-fetch-site", "none") not in ("none", "same-origin") or origin is not None and origin.split("/")[2:3] != [host]
    ):
        return "403 Forbidden", _PLAIN, ("This came from the page of somebody else.",)


def asked(web, path, url, fields, form):
    "form: None for a mere look."
    house, switch = web.house, web.house.switch
    if path in ("app.css", "app.js", "zone.js"):
        tag = '"%s"' % house.version
        return "page", path, None, tag, fields.get(b"if-none-match") == tag
    if web.only:
        name = web.only
    elif form is not None and path in ("on", "off", "toggle"):
        switch.set(path == "on" or path == "toggle" and not switch.on, "w")
        return "303 See Other", _PLAIN + "\r\nLocation: /", ()
    else:
        name = _ORDERS.get(path, path) if form is not None or not path else path
        if name not in _PAGES.split():
            return "404 Not Found", _PLAIN, ("No such page.",)
    if form is None:
        return "look", house, name, {}, {}, url[-6:] == "?saved"
    if name == "state" or name == "menu" and path != "update":
        return "405 Method Not Allowed", _PLAIN, ()
    return "save", house, name, path, form
