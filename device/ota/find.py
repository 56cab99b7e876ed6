"Looks for a server on the LAN (docs/protocol.md §7). An answer can lie: it can only make the update not happen."
# ota: -O3
import socket
from time import ticks_add, ticks_diff, ticks_ms


def find(ids, ms, idle):
    "The URL of a server whose key is trusted, else of any that answers, None after ms."
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(0.05)
    end, url = ticks_add(ticks_ms(), ms), None
    while not url and ticks_diff(end, ticks_ms()) > 0:
        sock.sendto(b"soft-ota? 1 " + ids.encode(), ("255.255.255.255", 8267))
        again = ticks_add(ticks_ms(), 1000)
        while ticks_diff(again, ticks_ms()) > 0:
            idle()
            try:
                answer, sender = sock.recvfrom(160)
                magic, version, key, port, path = (answer.decode() + " ").split(" ")[:5]
                if magic + version == "soft-ota!1":
                    url = "http://%s:%d%s" % (sender[0], int(port), path)
                    if key in ids:
                        return url
            except (OSError, ValueError):
                pass
    return url
