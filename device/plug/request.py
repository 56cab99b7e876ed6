"""What a request means, and whether it may. Nothing but POST changes anything, and a POST has to come from a page of this plug.
Not resident: loaded for a request and dropped."""
# ota: -O3
_FORM = 2048
_PLAIN = "text/plain"
_FIELDS = (b"host", b"origin", b"referer", b"sec-fetch-site", b"authorization", b"content-length", b"if-none-match")
_KINDS = {"app.css": "css", "app.js": "javascript", "zone.js": "javascript"}


def parse(data):
    "(method, path, {field: text}, body); ValueError."
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.split(b"\r\n")
    method, path, version = lines.pop(0).decode().split(" ")
    if path[:1] != "/" or version[:7] != "HTTP/1.":
        raise ValueError
    fields = {}
    for line in lines:
        name, value = line.split(b":", 1)
        if name.lower() in _FIELDS:
            fields[name.lower().decode()] = value.strip().decode()
    return method, path, fields, body


def own_host(host, name):
    "False for a name that a stranger may have pointed at this plug's address (DNS rebinding)."
    words = host.split(":")[0].lower().split(".")
    return "".join(words).isdigit() or len(words) == 1 or words[0] == name.lower() or words[-1] in ("local", "lan", "home", "internal")


def own_page(fields):
    "False for a POST that another site makes a browser send."
    origin = fields.get("origin", fields.get("referer"))
    return fields.get("sec-fetch-site", "none") in ("none", "same-origin") and (
        origin is None or origin.split("/")[2:3] == [fields.get("host")]
    )


def short(status, more="", why=""):
    "An answer of one line."
    return status, _PLAIN + more, (why or status,)


def route(web, data):
    "(status, kind, body); or what plug/answer.py makes an answer of: a path, and the bytes of a form, True behind a form that was saved, or None."
    try:
        method, url, fields, body = parse(data)
        size = int(fields.get("content-length", "0"))
    except ValueError:
        return short("400 Bad Request" if b"\r\n\r\n" in data else "431 Request Header Fields Too Large")
    if size > _FORM:
        return short("413 Content Too Large")
    if size < 0 or method not in ("GET", "HEAD", "POST"):
        return short("400 Bad Request" if size < 0 else "405 Method Not Allowed")
    reply = guarded(web, method == "POST", url, fields, body[:size])
    return reply[:2] + ((),) if method == "HEAD" and len(reply) > 2 else reply


def guarded(web, post, url, fields, body):
    house, path = web.house, url.split("?")[0][1:]
    if not web.only:
        if not own_host(fields.get("host", house.name), house.name):
            return short("421 Misdirected Request", "", "Open this plug by its address or its name.")
        if web.password and path != "app.css":
            from plug.secret import knows

            if not knows(web.password, fields.get("authorization", "")):
                return short("401 Unauthorized", '\r\nWWW-Authenticate: Basic realm="%s",charset="UTF-8"' % house.name)
    if post and not own_page(fields):
        return short("403 Forbidden", "", "This came from the page of somebody else.")
    if path in _KINDS:
        return static(path, '"%s"' % house.version, fields)
    looks = None if url[-6:] != "?saved" else True
    if web.only:
        return web.only, body if post else looks
    if post and path in ("on", "off", "toggle"):
        house.switch.set(path == "on" or path == "toggle" and not house.switch.on, "w")
        return short("303 See Other", "\r\nLocation: /")
    return path or "menu", body if post else looks


def static(path, tag, fields):
    from plug.page import pieces

    kind = "text/%s\r\nCache-Control: max-age=86400\r\nETag: %s" % (_KINDS[path], tag)
    if fields.get("if-none-match") == tag:
        return "304 Not Modified", kind, ()
    return "200 OK", kind, pieces(path)
