"""Pages are files, filled in line by line, so that none is ever in memory as a whole. `$name` is a value, escaped. A line that begins
`?name ` is there when that value is, `*name ` comes once for each item, whose fields are $0, $1 …; `@file` brings another file."""
# ota: -O3
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"))


def fill(line, values, item):
    parts = line.split("$")
    text = parts[0]
    for part in parts[1:]:
        n = 0
        while part[n : n + 1].isalpha() or part[n : n + 1].isdigit():
            n += 1
        value = str(item[int(part[:n])] if part[:n].isdigit() else values.get(part[:n], ""))
        for plain, escape in _ESCAPES:
            value = value.replace(plain, escape)
        text += value + part[n:]
    return text


def lines(name, values):
    "The page, line by line."
    with open("plug/pages/" + name) as f:
        for line in f:
            mark = line[0]
            if mark == "@":
                for more in lines(line[1:-1], values):
                    yield more
                continue
            items = (None,)
            if mark == "?" or mark == "*":
                key, line = line[1:].split(" ", 1)
                items = values.get(key) or ()
                if mark == "?" and items:
                    items = (None,)
            for item in items:
                yield fill(line, values, item)


def pieces(name):
    "A file as it is."
    with open("plug/pages/" + name, "rb") as f:
        while True:
            piece = f.read(512)
            if not piece:
                return
            yield piece
