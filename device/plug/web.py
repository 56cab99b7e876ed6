"""The page: a small HTTP server for four clients at a time. It reads and writes what is possible at the moment and never waits, so
a client that is slow or broken costs a slot, and nobody else anything. What a request means is found by plug/request.py, what is
shown by plug/menu.py, forms.py, inside.py and portal.py: loaded for a request and dropped."""
# ota: -O3
import gc
import sys
from micropython import const
from select import POLLIN, POLLOUT
from socket import SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET

import plug
from plug.house import later, left

_MOST = const(4)  # clients at a time
_PATIENCE = const(5000)  # ms for a whole request, and for each piece of an answer
_BUSY = const(4000)  # ms that a client must have left of these to be spared when a new one wants its place
_PIECE = const(256)
_TURN = const(8)  # lines that one client gets in one turn
_LONG = const(4096)  # bytes of a whole request
_FORM = const(1536)  # of its body: 32 ranges with their days have 1,400


def fill(line, values):
    "$name$ is a value, escaped."
    parts = line.split("$")
    for i in range(1, len(parts), 2):
        value = str(values.get(parts[i], ""))
        for c in "&<>\"'":
            value = value.replace(c, "&#%d;" % ord(c))
        parts[i] = value
    return "".join(parts).encode()


def lines(names, values):
    """These sections of the pages, in the order of the file, line by line, so that no page is ever in memory as a whole. A line that
    begins `?name ` is there when that value is, `!name ` when it is not, `*name ` comes once for each item of it, whose fields are
    $0$, $1$ …; `@field a|b` is the section of that name for the item a, b: $v$ is the value called a, $e$ and $i$ what is wrong with it."""
    shown = False
    with open("plug/pages.html") as f:
        for line in f:
            mark = line[0]
            if mark == "#":
                if not names:
                    return
                shown = line[1:-1] == names[0]
                if shown:
                    names = names[1:]
            elif shown:
                items = ((),)
                if mark in "?!*@":
                    name, line = line[1:].split(" ", 1)
                    items = values.get(name) or ()
                    if mark == "@":
                        items = (line[:-1].split("|"),)
                    elif mark != "*":
                        items = ((),) if bool(items) == (mark == "?") else ()
                for item in items:
                    for i in range(len(item)):
                        values[str(i)] = item[i]
                    if mark == "@":
                        for key in "vei":
                            values[key] = values.get(key.replace("v", "") + item[0], "")
                        yield from lines([name], values)
                    else:
                        yield fill(line, values)


def pieces(name):
    "A file as it is."
    with open("plug/" + name, "rb") as f:
        piece = f.read(_PIECE)
        while piece:
            yield piece
            piece = f.read(_PIECE)


class Client:
    """head: the lines of the request that matter; size: of its body, None while the head comes; count: bytes that may still come, then
    those of the body; data: what has come and is no line yet, then the body, then what has to go; out: the rest of the answer; values: of
    its page."""

    def __init__(self, sock):
        self.sock = sock
        self.end = later(_PATIENCE)
        self.head = self.data = b""
        self.count = _LONG
        self.size = self.out = None
        self.values = {}

    def take(self, data):
        "True when all is there, or nothing more is wanted. A browser's head has 900 bytes: only lines that matter are kept."
        if self.size is None:
            data = self.data + data
            self.count -= len(data) - len(self.data)
        while self.size is None and b"\n" in data:
            line, data = data.split(b"\n", 1)
            if len(line) < 2:
                size = self.head.lower().split(b"content-length:")
                size = size[1].split(b"\r")[0].strip() if len(size) > 1 else b"0"
                self.size = int(size) if size.isdigit() else 0  # what is no number is refused later
                self.count = self.size if self.size <= _FORM else 0
                self.data = bytearray(self.count)  # once, and not piece by piece: that would take the room twice
            elif not self.head or line[:5].lower() in b"host: origi refer sec-f autho conte if-no":
                self.head += line + b"\n"
        if self.size is None:
            self.data = data[:_PIECE]  # the end of a long line is not needed
            return self.count < 0
        data = data[: self.count]
        at = len(self.data) - self.count
        self.data[at : at + len(data)] = data
        self.count -= len(data)
        return not self.count


class Web:
    """only: name of the one page that answers everything, for the setup of a plug; then anybody may come under any name. at: when to look
    again at who wants in, while all places are taken."""

    def __init__(self, house, only=None):
        self.house = house
        self.only = only
        self.clients = []
        self.at = None
        self.changed("plug")
        sock = house.open(self, SOCK_STREAM, POLLIN)
        sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        sock.bind(("0.0.0.0", 80))
        sock.listen(_MOST)

    def changed(self, name):
        if name == "plug":
            self.password = self.house.settings(name)["password"]

    def wait(self):
        return min([left(c.end) for c in self.clients] + [left(self.at) if self.at is not None else 60000])

    def step(self):
        for client in list(self.clients):
            if left(client.end) <= 0:
                self.drop(client)
        if self.at is not None and left(self.at) <= 0:
            self.at = None
            self.house.watch(self.sock, self, POLLIN)

    def stop(self):
        for client in list(self.clients):
            self.drop(client)
        self.house.close(self.sock)

    def drop(self, client):
        "Empties it, for a word that stays behind on the stack may keep it."
        self.clients.remove(client)
        client.out = client.data = None
        client.values.clear()
        self.house.close(client.sock)

    def accept(self):
        if len(self.clients) == _MOST:
            idle = min(self.clients, key=lambda c: left(c.end))
            if left(idle.end) > _BUSY:  # the new one is looked at in a second
                self.at = later(1000)
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
            if client.out:
                self.write(client, event)
            else:
                self.read(client)
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
        data = client.sock.recv(_PIECE)
        if not data:
            self.drop(client)
        elif client.take(data):
            self.answer(client, client.head[:5] == b"HEAD ")

    def answer(self, client, bare):
        """Goes from step to step, each a module that is loaded, asked and dropped, so that they need not fit into memory together. The last
        one gives a status, or (status, type and more fields behind it, body: its pieces, or a list of sections)."""
        step = "request", self, client
        while step[0] > "a":  # the name of a step; a status begins with a digit
            try:
                step = plug.ask(step[0], "step", *step[1:])
            except Exception as e:
                sys.print_exception(e)
                step = "500 That went wrong. Try it again."
            gc.collect()
        if isinstance(step, str):
            step = step, "text/plain", (step[4:].encode(),)
        client.data = ("HTTP/1.0 %s\r\nX-Content-Type-Options: nosniff\r\nContent-Type: %s\r\n\r\n" % step[:2]).encode()
        body = () if bare else step[2]
        client.out = lines(body, client.values) if isinstance(body, list) else iter(body)  # made now that the code of the steps is gone
        client.end = later(_PATIENCE)
        self.house.watch(client.sock, self, POLLIN | POLLOUT)

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
        kind = "text/html;charset=utf-8\r\nCache-Control: no-store\r\nContent-Security-Policy: default-src 'self';img-src data:;frame-ancestors 'none'"
        return "422 What was sent is not right." if errors else "200 OK", kind, ["head", values.get("page", name)]

    def write(self, client, event):
        # What still comes has to be read, or the answer is lost in a connection reset.
        if event & POLLIN and not client.sock.recv(_PIECE):
            self.house.watch(client.sock, self, POLLOUT)
        for _ in range(_TURN):
            if not client.data:
                for data in client.out:
                    client.data = data
                    break
                else:
                    return self.drop(client)
            n = client.sock.write(client.data)
            if not n:
                return
            client.data = client.data[n:]
            client.end = later(_PATIENCE)
