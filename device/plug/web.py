"The page. A client that is slow or broken costs a slot for five seconds, and nobody else anything."
import socket
from select import POLLIN, poll
from time import ticks_diff, ticks_ms

_MOST = 4  # clients at a time
_PATIENCE = 5000  # ms for a whole request


class Web:
    def __init__(self, relay):
        self.relay = relay
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("0.0.0.0", 80))
        self.sock.listen(_MOST)
        self.sock.setblocking(False)
        self.poll = poll()
        self.poll.register(self.sock, POLLIN)
        self.clients = []  # [socket, bytes so far, ticks of its beginning]

    def step(self, ms):
        "Waits at most ms for something to do."
        ready = [s for s, _ in self.poll.poll(ms)]
        for client in list(self.clients):
            if client[0] in ready:
                self.read(client)
            elif ticks_diff(ticks_ms(), client[2]) > _PATIENCE:
                self.drop(client)
        if self.sock in ready and len(self.clients) < _MOST:
            self.accept()

    def accept(self):
        try:
            sock = self.sock.accept()[0]
        except OSError:
            return
        sock.setblocking(False)
        self.poll.register(sock, POLLIN)
        self.clients.append([sock, b"", ticks_ms()])

    def drop(self, client):
        self.poll.unregister(client[0])
        client[0].close()
        self.clients.remove(client)

    def read(self, client):
        try:
            more = client[0].recv(256)
        except OSError as e:
            if e.args[0] == 11:  # EAGAIN: nothing there after all
                return
            more = b""
        client[1] += more
        if not more:
            self.drop(client)
        elif b"\r\n\r\n" in client[1] or len(client[1]) > 1024:
            try:
                self.answer(client[0], client[1].split(b" ", 2)[:2])
            except OSError:
                pass
            self.drop(client)

    def answer(self, sock, request):
        sock.settimeout(2)
        if request == [b"GET", b"/"]:
            self.page(sock)
        elif request[0] == b"POST" and request[-1] in (b"/on", b"/off"):
            self.relay.set(request[-1] == b"/on")
            sock.write(b"HTTP/1.0 303 See Other\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
        else:
            sock.write(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    def page(self, sock):
        "Line by line from flash: the page is never in memory as a whole."
        sock.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n\r\n")
        state, other = ("on", "off") if self.relay.on else ("off", "on")
        with open("plug/pages/menu.html") as f:
            for line in f:
                sock.write(line.replace("$state", state).replace("$other", other).encode())
