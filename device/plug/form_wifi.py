"The networks that the plug knows. A password goes in and never comes out again."
# ota: -O3
from network import STA_IF, WLAN


def seen():
    "[(name, signal)], the strongest first. Blocks for 2.5 s; button and timers go on."
    found = []
    for n in sorted(WLAN(STA_IF).scan(), key=lambda n: -n[3]):
        try:
            name = n[0].decode()
        except UnicodeError:
            continue
        if name and name not in [f[0] for f in found]:
            found.append((name, "%d dBm" % n[3]))
    return found[:12]


def show(house, typed, values):
    sta = WLAN(STA_IF)
    here = house.up() and sta.config("essid")
    values["known"] = [(n[0], "connected" if n[0] == here else "") for n in values.pop("networks")]
    values.update(typed)
    values["title"] = "Wi-Fi"
    if "scan" in typed:
        values["seen"] = seen() or [("nothing", "")]
        values["look"] = True
    return values


def save(house, typed):
    word = typed.pop("password", "")
    if "scan" in typed:
        return {}
    name = typed.get("essid", "")
    known = [n for n in house.settings("wifi")["networks"] if n[0] != typed.get("drop", name)]
    if "drop" in typed:
        return [("wifi", {"networks": known})] if known else {"drop": "Without any network nobody would find the plug again."}
    if not 0 < len(name.encode()) <= 32:
        return {"essid": "A name of 1 to 32 bytes, please."}
    if word and not 8 <= len(word) <= 64:
        return {"password": "A Wi-Fi password has 8 to 63 characters."}
    if len(known) > 7:
        return {"essid": "Eight networks are the most."}
    return [("wifi", {"networks": known + [[name, word]]})]
