"The setup of a new plug. What it says is tried after a restart."
# ota: -O3
import plug
from plug.begin import names

_REASONS = {
    "password": "The password of the Wi-Fi is wrong.",
    "network": "No Wi-Fi of that name is in sight.",
    "join": "The Wi-Fi did not let the plug in.",
    "broker": "The Wi-Fi let the plug in, but the MQTT broker did not.",
}


def show(house, typed, values):
    "Passwords are never shown again. The page that confirms comes while the restart is near."
    if "" in house.due:
        return {"page": "joining", "title": "Setup"}
    wifi, mqtt = house.settings("wifi"), house.settings("mqtt")
    values["reason"] = _REASONS.get(wifi["reason"], "")
    values["essid"] = wifi["networks"][-1][0] if wifi["networks"] else ""
    values["broker_address"] = mqtt["host"] + (":%d" % mqtt["port"] if mqtt["port"] != 1883 else "")
    values["main_topic"] = mqtt["main"]
    values["device_name"] = house.settings("plug")["name"]
    values["board"] = house.settings("ota")["board"]
    values.update(typed)
    values["password"] = ""
    values["seen"] = [(name,) for name in house.parts["portal"].seen]
    values["boards"] = [(name, "selected" if name == values["board"] else "") for name in names()]
    values["title"] = "Setup"
    plug.drop("begin")
    return values


def save(house, typed):
    get = typed.get
    name, word, called = get("essid", ""), get("password", ""), get("device_name", "").strip()
    host, port = (get("broker_address", "").strip() + ":1883").split(":")[:2]
    errors = {}
    if not 0 < len(name.encode()) <= 32:
        errors["essid"] = "A name of 1 to 32 bytes, please."
    if word and not 8 <= len(word.encode()) <= 64:
        errors["password"] = "A Wi-Fi password has 8 to 63 characters."
    from plug.settings import named

    if not named(called):
        errors["device_name"] = "3 to 32 letters, digits, - or _, please."
    if not port.isdigit() or not 0 < int(port) < 65536 or len(host) > 64 or " " in host or "/" in host:
        errors["broker_address"] = "A name or an address, please, and :port behind it if it is not 1883."
    topic = get("main_topic", "").strip()
    if len(topic) > 64 or "+" in topic or "#" in topic or topic[:1] == "$":
        errors["main_topic"] = "At most 64 characters, no + and no #, and no $ in front."
    if get("board", "s20") not in names():
        errors["board"] = "Known boards: " + " ".join(names())
    plug.drop("begin", "settings")
    if errors:
        return errors
    house.reset("p")
    return [
        ("mqtt", {"host": host, "port": int(port), "main": topic}),
        ("plug", {"name": called}),
        ("ota", {"board": get("board", "s20")}),
        ("wifi", {"networks": [[name, word]], "joined": False, "reason": ""}),
    ]
