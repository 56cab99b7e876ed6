"""One connection, and how a server is found (docs/protocol.md §4, §5, §7)."""
import hmac
import re
import socket
import time

from form import refuse


class Http:
    """GETs over one connection, until a moment. name, key: how the board is enrolled; key is None where nobody is to know."""

    def __init__(self, url, until, name, key):
        m = re.fullmatch(r"http://([^/:]+)(?::([0-9]+))?(/.*)?", url.rstrip("/"))
        refuse(not m, "no_answer", url)
        self.host, self.port, self.base = m[1], int(m[2] or 80), (m[3] or "") + "/"
        self.until, self.name, self.key = until, name, key
        self.sock, self.buffer = None, b""

    def open(self):
        left = self.until - time.monotonic()
        self.sock = socket.create_connection((self.host, self.port), max(0.01, min(60, left)))
        self.buffer = b""

    def more(self):
        left = self.until - time.monotonic()
        refuse(left <= 0, "no_answer", "time is over")
        self.sock.settimeout(min(60, left))
        data = self.sock.recv(4096)
        if not data:
            raise ConnectionResetError
        self.buffer += data

    def get(self, path, fields=""):
        """(status, headers, body) of at most `most` bytes. A 403 is asked once more, as by a stranger."""
        if self.key:
            said = path + (fields or "?id=" + self.name)
            mac = hmac.new(self.key, said.encode(), "sha256").hexdigest()[:32]
            answer = self.ask(said + "&mac=" + mac)
            if answer[0] != 403:
                return answer
            self.key = None
        return self.ask(path)

    def ask(self, path):
        for last in self.sock is None, True:
            try:
                if self.sock is None:
                    self.open()
                self.sock.sendall(("GET %s%s HTTP/1.1\r\nHost: %s:%d\r\n\r\n" % (self.base, path, self.host, self.port)).encode())
                self.more()
                break
            except OSError as e:
                self.sock = None
                refuse(last, "no_answer", e)
        while b"\r\n\r\n" not in self.buffer[:4096]:
            refuse(len(self.buffer) >= 4096, "answer", "headers")
            self.more()
        top, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = top.decode("latin-1").split("\r\n")
        headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines}
        size = headers.get("content-length", "")
        refuse(not re.fullmatch("HTTP/1.[01] [0-9]{3}( .*)?", first) or not size.isdigit(), "answer", first)
        self.left = int(size)
        return int(first[9:12]), headers

    def body(self, most):
        """Of a longer one the beginning; then the connection cannot be used any more."""
        while len(self.buffer) < min(self.left, most):
            self.more()
        data, self.buffer = self.buffer[: min(self.left, most)], self.buffer[self.left :]
        if self.left > most:
            self.sock = None
        return data


# §7: discovery


def discover(ids, until, only_trusted):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.settimeout(1)
    url = None
    while not url and time.monotonic() < until:
        try:
            sock.sendto(b"soft-ota? 1 " + ",".join(ids).encode(), ("255.255.255.255", 8267))
            data, sender = sock.recvfrom(160)
            m = re.fullmatch("soft-ota! 1 ([0-9a-f]{16}) ([0-9]{1,5})(?: (/[!-~]*)?)?", data.decode("latin-1"))
            if m and 0 < int(m[2]) < 65536 and (m[1] in ids or not only_trusted):
                url = "http://%s:%s%s" % (sender[0], m[2], m[3] or "")
        except OSError:
            pass
    return url
