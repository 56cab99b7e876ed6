"""Pages are filled in line by line, so that none is ever in memory as a whole. They share a file, for every file takes a block of 4 KB
of flash. `$name` is a value, escaped. A line that begins
`?name ` is there when that value is, `!name ` when it is not, `*name ` comes once for each item, whose fields are $0, $1 …;
`@name a|b` brings another page, in which $0, $1 … are a and b, $v the value called a, $e and $i what is wrong with it. A step of plug/web.py."""
# ota: -O3
_HTML = "text/html;charset=utf-8\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'self';img-src data:;frame-ancestors 'none'"
_ESCAPES = ("&&amp;", "<&lt;", ">&gt;", '"&#34;', "'&#39;")


def fill(line, values, item):
    parts = line.split("$")
    text = parts[0]
    for part in parts[1:]:
        n = 0
        while part[n : n + 1].isalpha() or part[n : n + 1].isdigit():
            n += 1
        value = str(item[int(part[:n])] if part[:n].isdigit() else values.get(part[:n], ""))
        for escape in _ESCAPES:
            value = value.replace(escape[0], escape[1:])
        text += value + part[n:]
    return text


def lines(name, values, given=None):
    "The page, line by line: what stands behind #name."
    with open("plug/pages/pages.html") as f:
        while f.readline() != "#" + name + "\n":
            pass
        for line in f:
            mark = line[0]
            if mark == "#":
                return
            items = (given,)
            if mark == "@":
                words = line[1:-1].replace(" ", "|", 1).split("|")
                for key in "vei" if len(words) > 1 else "":
                    values[key] = values.get(key.replace("v", "") + words[1], "")
                for part in lines(words[0], values, words[1:]):
                    yield part
                items = ()
            elif mark in "?!*":
                key, line = line[1:].split(" ", 1)
                items = values.get(key) or ()
                if mark != "*":
                    items = (given,) if bool(items) == (mark == "?") else ()
            for item in items:
                yield fill(line, values, item)


def pieces(name):
    "A file as it is."
    with open("plug/pages/" + name, "rb") as f:
        while True:
            piece = f.read(256)
            if not piece:
                return
            yield piece


def step(name, values, tag, known):
    "values: None for a file that stays the same as long as its tag. known: a page that was refused, or a file that the browser has."
    if values is not None:
        return "422 Unprocessable Content" if known else "200 OK", _HTML, lines(name, values)
    kind = "text/%s\r\nCache-Control: max-age=86400\r\nETag: %s" % ("css" if name == "app.css" else "javascript", tag)
    with open("plug/pages/" + name, "rb") as f:
        if f.read(2) == b"\x1f\x8b":
            kind += "\r\nContent-Encoding: gzip"
    return ("304 Not Modified", kind, ()) if known else ("200 OK", kind, pieces(name))
