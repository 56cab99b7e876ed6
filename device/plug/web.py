"""The page: a small HTTP server for four clients at a time. It reads and writes what is possible at the moment and never waits, so
a client that is slow or broken costs a slot, and nobody else anything. What a request means is found by plug/request.py, what is
shown by plug/menu.py, forms.py, inside.py and portal.py: loaded for a request and dropped."""
# ota: -O3
import gc
import socket
import sys
from select import POLLIN, POLLOUT

import plug
from plug.house import later, left

_MOST = 4  # clients at a time
_PATIENCE = 5000  # ms for a whole request, and for each piece of an answer
_BUSY = 4000  # ms that a client must have left of these to be spared when a new one wants its place
_PIECE = 256
_TURN = 8  # lines that one client gets in one turn
_LONG = 4096  # bytes of a whole request
_FORM = 2048  # of its body
_STEPS = "request settings menu forms inside"
_FIELDS = b"host: origi refer sec-f autho conte if-no"  # how the fields begin that are kept
_HTML = "text/html;charset=utf-8\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'self';img-src data:;frame-ancestors 'none'"


def get(name, values, item):
    """A value by its name in a page: that of `values`; with a digit at the end, of the item. $0 is item 0; $v0 is the value that item 0
    names, $e0 what is wrong with it, $i0 what says so to a screen reader."""
    if name[-1:].isdigit():
        text = item[int(name[-1])]
        if len(name) == 1:
            return text
        name = name[0].replace("v", "") + text
    return values.get(name, "")


def fill(line, values, item):
    parts = line.split("$")
    text = parts[0]
    for part in parts[1:]:
        n = 0
        while part[n : n + 1].isalpha() or part[n : n + 1].isdigit():
            n += 1
        value = str(get(part[:n], values, item))
        for c in "&<>\"'":
            value = value.replace(c, "&#%d;" % ord(c))
        text += value + part[n:]
    return text


def lines(names, values, item):
    """These sections of the pages, in the order of the file, line by line, so that no page is ever in memory as a whole: `$name` is a
    value, escaped. A line that begins `?name ` is there when that value is, `!name ` when it is not, `*name ` comes once for each item
    of it, `@field a|b` is that section with the item a, b."""
    shown = False
    with open("plug/pages/pages.html") as f:
        for line in f:
            mark = line[0]
            if mark == "#":
                if not names:
                    return
                shown = line[1:-1] == names[0]
                if shown:
                    names.pop(0)
            elif shown:
                items = (item,)
                if mark in "?!*@":
                    name, line = line[1:].split(" ", 1)
                    value = get(name, values, item)
                    if mark == "*":
                        items = value or ()
                    elif mark == "@":
                        yield from lines([name], values, line[:-1].split("|"))
                        items = ()
                    elif bool(value) != (mark == "?"):
                        items = ()
                for each in items:
                    yield fill(line, values, each)


def pieces(name):
    "A file as it is."
    with open("plug/pages/" + name, "rb") as f:
        piece = f.read(_PIECE)
        while piece:
            yield piece
            piece = f.read(_PIECE)


def forget(keep):
    for name in list(sys.modules):
        if name not in keep:
            plug.drop(name[5:])
    gc.collect()


def meet():
    "Loads once what is loaded for requests. Names stay for ever: so they lie beside each other, and not all over the heap."
    keep = list(sys.modules)
    for name in _STEPS.split():
        __import__("plug." + name)
        forget(keep)


class Client:
    """head: the lines of the request that matter; size: of its body, None while the head comes; room: bytes that may still come;
    data: what has come and is no line yet, then the body, then what has to go; out: the rest of the answer."""

    def __init__(self, sock):
        self.sock = sock
        self.end = later(_PATIENCE)
        self.head = self.data = b""
        self.room = _LONG
        self.size = self.out = None

    def take(self, more):
        "True when all is there, or nothing more is wanted. A browser's head has 900 bytes: only lines that matter are kept."
        self.data += more
        self.room -= len(more)
        while self.size is None and b"\n" in self.data:
            line, self.data = self.data.split(b"\n", 1)
            if len(line) < 2:
                size = self.head.lower().split(b"content-length:")
                size = size[1].split(b"\r")[0].strip() if len(size) > 1 else b"0"
                self.size = int(size) if size.isdigit() else 0  # what is no number is refused later
            elif not self.head or line[:5].lower() in _FIELDS:
                self.head += line + b"\n"
        if self.size is None:
            self.data = self.data[:_PIECE]  # the end of a long line is not needed
        return self.room < 0 or self.size is not None and (self.size > _FORM or len(self.data) >= self.size)


class Web:
    """only: name of the one form that answers everything, for the setup of a plug; then anybody may come under any name. again: when
    to look again at who wants in while all places are taken, and to tell the parts of the settings that were stored (news)."""

    def __init__(self, house, only=None):
        self.house = house
        self.only = only
        self.clients = []
        self.again = None
        self.news = []
        self.changed("plug")
        meet()
        self.sock = sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("0.0.0.0", 80))
        sock.listen(_MOST)
        sock.setblocking(False)
        house.watch(sock, self, POLLIN)

    def changed(self, name):
        if name == "plug":
            self.password = self.house.settings(name)["password"]

    def wait(self):
        return min([left(c.end) for c in self.clients] + [left(self.again) if self.again is not None else 60000])

    def step(self):
        for client in list(self.clients):
            if left(client.end) <= 0:
                self.drop(client)
        if self.again is not None and left(self.again) <= 0:
            self.again = None
            self.house.watch(self.sock, self, POLLIN)
            self.tell()

    def tell(self):
        "After the answer, when the code that stored them has left the memory."
        while self.news and self.again is None:
            try:
                self.house.changed(self.news[0])
                self.news.pop(0)
            except MemoryError:  # there is more of it when the others have their answers
                gc.collect()
                self.again = later(1000)

    def stop(self):
        for client in list(self.clients):
            self.drop(client)
        self.house.forget(self.sock)
        self.sock.close()

    def drop(self, client):
        self.clients.remove(client)
        self.house.forget(client.sock)
        client.sock.close()

    def accept(self):
        if len(self.clients) == _MOST:
            idle = min(self.clients, key=lambda c: left(c.end))
            if left(idle.end) > _BUSY:  # the new one is looked at in a second
                self.again = later(1000)
                return self.house.watch(self.sock, self, 0)
            self.drop(idle)
        sock = self.sock.accept()[0]
        sock.setblocking(False)
        self.clients.append(Client(sock))
        self.house.watch(sock, self, POLLIN)

    def ready(self, sock, event):
        "Whatever goes wrong ends one request, and never the page."
        client = None
        try:
            if sock is self.sock:
                return self.accept()
            client = [c for c in self.clients if c.sock is sock][0]
            if client.out is None:
                self.read(client)
            else:
                self.write(client, event)
        except Exception as e:
            if isinstance(e, OSError):
                if e.args[0] == 11:  # EAGAIN: nothing there after all
                    return
            else:
                sys.print_exception(e)
            if client:
                self.drop(client)
            gc.collect()

    def read(self, client):
        more = client.sock.recv(_PIECE)
        if not more:
            return self.drop(client)
        if client.take(more):
            self.answer(client)

    def answer(self, client):
        "Goes from step to step, each a module that is loaded, asked and dropped, so that they need not fit into memory together."
        step = "request", self, client
        bare = client.head[:5] == b"HEAD "
        keep = list(sys.modules)
        while not isinstance(step, str) and step[0] > "a":  # the name of a step; an answer begins with the digits of its status
            try:
                step = __import__("plug." + step[0], None, None, ("step",)).step(*step[1:])
            except Exception as e:
                sys.print_exception(e)
                step = "500 That went wrong. Try it again."
            forget(keep)
        if isinstance(step, str):
            step = step, "text/plain", (step[4:],)
        if len(step) > 3:
            self.news += step[3]
            self.again = later(0)
        self.reply(client, step[0], step[1], () if bare else step[2])

    def form(self, name, values, typed, save, show):
        """What a page does. save(house, values, typed): a list of (section, values) to store, or {field: what is wrong}, with which the
        page comes again; show(house, values, typed) adds to the values. typed: what was sent, empty for a mere look."""
        house = self.house
        errors = save(house, values, typed) if typed else {}
        if isinstance(errors, list):
            return "settings", self, None, name, errors, None
        show(house, values, typed)
        values["name"], values["version"], values["wrong"] = house.name, house.version, errors
        for field in errors:
            values["e" + field] = errors[field]
            values["i" + field] = "aria-invalid=true"
        return "422 What was sent is not right." if errors else "200 OK", _HTML, lines(["head", values.get("page", name)], values, ())

    def reply(self, client, status, kind, body):
        "kind: the type, and more fields behind it. body: pieces of text or bytes."
        client.data = ("HTTP/1.0 %s\r\nX-Content-Type-Options: nosniff\r\nContent-Type: %s\r\n\r\n" % (status, kind)).encode()
        client.out = iter(body)
        client.end = later(_PATIENCE)
        self.house.watch(client.sock, self, POLLIN | POLLOUT)

    def write(self, client, event):
        # What still comes has to be read, or the answer is lost in a connection reset.
        if event & POLLIN and not client.sock.recv(_PIECE):
            self.house.watch(client.sock, self, POLLOUT)
        for _ in range(_TURN):
            if not client.data:
                for piece in client.out:
                    client.data = piece if isinstance(piece, bytes) else piece.encode()
                    break
                else:
                    return self.drop(client)
            n = client.sock.write(client.data)
            if not n:
                return
            client.data = client.data[n:]
            client.end = later(_PATIENCE)
