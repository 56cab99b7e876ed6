"""Settings: JSON under data/, checked on load, written by rename. Loaded when settings are read or written, then dropped.
What is missing or not valid is its default."""
# ota: -O3
import json
import os

scope = globals()

# field, default, least, most (value of a number, length of anything else)
_FIELDS = {
    "plug": """name "" 0 32|level 0 0 3|password "" 0 128|hour -1 -1 23|ntp ["pool.ntp.org"] 1 4|tz "UTC0" 1 64|zone "UTC" 0 64
|ap "smart-plug-config" 0 32|ap_password "2020hacks2020" 0 63""",
    "timers": "active false 0 1|reverse false 0 1|days 127 0 127|rows [] 0 70",
    "mqtt": 'host "" 0 128|port 1883 1 65535|user "" 0 64|password "" 0 64|id "" 0 64|main "" 0 64|feed "" 0 64|ha false 0 1',
    "wifi": 'networks [] 0 8|joined true 0 1|reason "" 0 32',
    "ota": 'board "s20" 1 16|wait 15 0 3600|server "" 0 200',
}
_ITEMS = {"ntp": ("", 1, 63), "rows": ([], 3, 3, (0, 0, 1440)), "networks": ([], 2, 2, ("", 0, 128))}  # the same of what a list holds


def fields(name):
    for field in _FIELDS[name].split("|"):
        field, default, least, most = field.split()
        yield field, json.loads(default), int(least), int(most), _ITEMS.get(field)


def named(v):
    "A name for the network: 3 to 32 of [A-Za-z0-9_-]; or empty. In slices: an index would make a name of each character, for ever."
    return v == "" or 3 <= len(v) <= 32 and all([c.isalpha() or c.isdigit() or c in "-_" for c in [v[i : i + 1] for i in range(len(v))]])


def fits(v, default, least, most, item=None):
    if type(v) is not type(default):
        return False
    if isinstance(v, (int, bool)):
        return least <= v <= most
    return least <= len(v) <= most and not (item and [x for x in v if not fits(x, *item)])


def valid(spec, v):
    return fits(v, *spec[1:]) and (spec[0] != "name" or named(v))


def stored(name):
    "What the file says, unchecked; one that is no JSON object is kept aside as .bad. On FAT a cut may have left only the new one."
    path = "data/%s." % name
    for end in "json", "new":
        try:
            with open(path + end) as f:
                return dict(json.load(f).items())
        except OSError:
            pass
        except Exception:
            move(path + end, path + "bad")
            break
    return {}


def move(old, new):
    "On FAT the old file has to go first."
    try:
        os.rename(old, new)
    except OSError:
        os.remove(new)
        os.rename(old, new)


def load(name):
    found = stored(name)
    return {spec[0]: found[spec[0]] if valid(spec, found.get(spec[0])) else spec[1] for spec in fields(name)}


def save(name, values):
    "Overlays the stored ones. ValueError names the field that is not valid; then nothing is written."
    for spec in fields(name):
        if spec[0] in values and not valid(spec, values[spec[0]]):
            raise ValueError(spec[0])
    merged = stored(name)  # with fields that only newer or older code knows
    merged.update(values)
    path = "data/%s." % name
    with open(path + "new", "w") as f:
        json.dump(merged, f)
    move(path + "new", path + "json")


def forget():
    "Factory reset."
    for name in "plug", "timers", "mqtt", "wifi":
        try:
            os.remove("data/%s.json" % name)
        except OSError:
            pass


def step(web, module, name, values, typed):
    """A step of plug/web.py: what is stored goes to the page of that module, before it; or, without a module, what the page gave is
    stored, and the parts are told when the code that did it has left the memory."""
    if module:
        if name == "settings":
            values["server"] = load("ota")["server"]
        values.update(load("plug" if name == "settings" else name))
        return module, web, name, values, typed
    for section, fields in values:
        try:
            save(section, fields)
        except ValueError as e:
            return "422 This cannot be stored: " + e.args[0]
        web.house.changed(section)
    return "303 See Other", "text/plain\r\nLocation: /%s?saved" % name, ()
