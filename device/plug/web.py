"""The page: a small HTTP server for four clients at a time. It reads and writes what is possible at the moment and never waits, so
a client that is slow or broken costs a slot, and nobody else anything. What a request means is found by plug/request.py, what is
shown by plug/forms/: both are loaded for a request and dropped."""
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
_PIECE = 512
_HEAD = 1536
_FORM = 2048


class Client:
    "data: what has come of the request, then what has to go; out: the rest of the answer."

    def __init__(self, sock):
        self.sock = sock
        self.end = later(_PATIENCE)
        self.data = b""
        self.out = None


class Web:
    """only: name of the one form that answers everything, for the setup of a plug; then anybody may come under any name. full: when to
    look again at who wants to come in, while all places are taken."""

    def __init__(self, house, only=None):
        self.house = house
        self.only = only
        self.clients = []
        self.full = None
        self.changed("plug")
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
        return min([left(c.end) for c in self.clients] + [left(self.full) if self.full is not None else 60000])

    def step(self):
        for client in list(self.clients):
            if left(client.end) <= 0:
                self.drop(client)
        if self.full is not None and left(self.full) <= 0:
            self.full = None
            self.house.watch(self.sock, self, POLLIN)

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
                self.full = later(1000)
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
        data = client.data = client.data + more
        need = data.find(b"\r\n\r\n") + 4
        if need > 3:
            size = data[:need].lower().split(b"\ncontent-length:")
            if len(size) > 1 and size[1].split()[0].isdigit():  # else it is refused for that soon
                need += min(int(size[1].split()[0]), _FORM + 1)
        elif len(data) > _HEAD:
            need = 0
        if len(data) >= need > 3 or not need:
            self.answer(client)

    def answer(self, client):
        "Goes from step to step, each a module that is loaded, asked and dropped, so that they need not fit into memory together."
        step = "request", self, client.data
        bare = client.data[:5] == b"HEAD "
        client.data = b""
        keep = list(sys.modules)
        while step[0] > "a":  # the name of a step; an answer begins with the digits of its status
            try:
                step = __import__("plug." + step[0], None, None, ("step",)).step(*step[1:])
            except Exception as e:
                sys.print_exception(e)
                step = "500 Internal Server Error", "text/plain", ("That went wrong. Try it again.",)
            for name in list(sys.modules):
                if name not in keep:
                    plug.drop(name[5:])
            gc.collect()
        self.reply(client, step[0], step[1], () if bare else step[2])

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
        for piece in client.out:
            client.data += piece if isinstance(piece, bytes) else piece.encode()
            if len(client.data) >= _PIECE:
                break
        n = client.sock.write(client.data[:_PIECE])
        if n:
            client.data = client.data[n:]
            client.end = later(_PATIENCE)
        if not client.data:
            self.drop(client)
