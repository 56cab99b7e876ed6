"Looks for a server on the LAN (docs/protocol.md §7). An answer can lie: it can only make the update not happen."
# ota: -O3
import socket

from ota.http import later, left


def find(ids, ms, idle):
    "The URL of a server whose key is trusted, else of any that answers, None after ms."
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(0.05)
    end, url = later(ms), None
    while not url and left(end) > 0:
        sock.sendto("soft-ota? 1 " + ids, ("255.255.255.255", 8267))
        again = later(1000)
        while left(again) > 0:
            idle()
            try:
                answer, sender = sock.recvfrom(160)
                magic, _, key, port, path = (answer.decode() + " ").split(" ")[:5]
                if magic == "soft-ota!":
                    url = "http://%s:%d%s" % (sender[0], int(port), path)
                    if key in ids:
                        return url
            except Exception:  # silence, or an answer that makes no sense: both mean to listen on
                pass
    return url
