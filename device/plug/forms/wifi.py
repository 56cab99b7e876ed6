"The networks that the plug knows. A password goes in and never comes out again."
# ota: -O3
import net


def seen(chosen):
    "[(name, signal, selected)], the strongest first. Blocks for 2.5 s; button and timers go on."
    found = {}
    try:
        for n in net.station().scan():
            name = n[0].decode()
            if name:
                found[name] = max(n[3], found.get(name, -999))
    except (OSError, ValueError):
        return []
    return [(n, "strong" if s > -60 else "fair" if s > -75 else "weak", "selected" if n == chosen else "") for s, n in sorted([(-s, n) for n, s in found.items()])]


def wrong(name, word):
    "{field: why} of a network that cannot be joined."
    if not 0 < len(name.encode()) <= 32:
        return {"essid": "A name of 1 to 32 bytes, please."}
    if word and not 8 <= len(word.encode()) <= 64:
        return {"password": "A Wi-Fi password has 8 to 63 characters."}
    return {}


def show(house, typed):
    sta = net.station()
    now = sta.config("essid") if sta.isconnected() else None
    known = house.settings("wifi")["networks"]
    values = {"title": "Wi-Fi", "essid": typed.get("essid", "")}
    values["known"] = [(n[0], n[0], "connected" if n[0] == now else "") for n in known]
    if "scan" in typed:
        values["seen"] = seen(typed.get("seen"))
        values["none"] = not values["seen"]
    elif typed.get("seen"):
        values["seen"] = [(typed["seen"], "chosen", "selected")]
    return values


def save(house, typed):
    if "scan" in typed:
        return {}
    known = house.settings("wifi")["networks"]
    if "drop" in typed:
        known = [n for n in known if n[0] != typed["drop"]]
        if not known:
            return {"drop": "Without any network nobody would find the plug again."}
    else:
        name = typed.get("essid") or typed.get("seen", "")
        errors = wrong(name, typed.get("password", ""))
        if errors:
            return errors
        known = [n for n in known if n[0] != name] + [[name, typed.get("password", "")]]
    from plug.settings import save as keep

    keep("wifi", {"networks": known})
    house.changed("wifi")
