"""Settings: JSON under data/, checked on load, written by rename. Loaded when settings are read or written, then dropped.
Every name has its defaults and a check for each field; what is missing or invalid is its default."""
# ota: -O3
import json
import os

_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"


def text(most):
    return lambda v: isinstance(v, str) and len(v) <= most


def whole(least, most):
    return lambda v: type(v) is int and least <= v <= most


def flag(v):
    return v is True or v is False


def named(v):
    "Empty, or a name for the network: 3 to 32 of [A-Za-z0-9_-]."
    return v == "" or isinstance(v, str) and 3 <= len(v) <= 32 and all(c in _NAME for c in v)


def hosts(v):
    return isinstance(v, list) and 0 < len(v) <= 4 and all(isinstance(h, str) and 0 < len(h) < 64 for h in v)


def rows(v):
    return isinstance(v, list) and all(
        isinstance(r, list) and len(r) == 3 and whole(0, 1439)(r[0]) and whole(1, 1440)(r[1]) and whole(0, 127)(r[2]) for r in v
    )


def networks(v):
    return isinstance(v, list) and all(isinstance(n, list) and len(n) == 2 and text(32)(n[0]) and text(64)(n[1]) for n in v)


_FIELDS = {
    "plug": {
        "name": ("", named),
        "level": (0, whole(0, 3)),
        "password": ("", text(128)),
        "hour": (-1, whole(-1, 23)),
        "ntp": (["pool.ntp.org"], hosts),
        "tz": ("UTC0", text(64)),
        "zone": ("UTC", text(64)),
        "ap": ("", text(32)),
        "ap_password": ("", text(63)),
    },
    "timers": {
        "active": (False, flag),
        "reverse": (False, flag),
        "days": (127, whole(0, 127)),
        "rows": ([], rows),
    },
    "mqtt": {
        "host": ("", text(128)),
        "port": (1883, whole(1, 65535)),
        "user": ("", text(64)),
        "password": ("", text(64)),
        "id": ("", text(64)),
        "main": ("", text(64)),
        "feed": ("", text(64)),
        "ha": (False, flag),
    },
    "wifi": {"networks": ([], networks), "joined": (True, flag), "reason": ("", text(32))},
}


def stored(name):
    "What the file says, unchecked; one that is no JSON object is kept aside as .bad."
    path = "data/%s.json" % name
    try:
        with open(path) as f:
            return dict(json.load(f).items())
    except OSError:
        return {}
    except Exception:
        move(path, "data/%s.bad" % name)
        return {}


def move(old, new):
    "On FAT an old file has to go first."
    try:
        os.rename(old, new)
    except OSError:
        os.remove(new)
        os.rename(old, new)


def load(name):
    found = stored(name)
    return {f: found[f] if f in found and fits(found[f]) else value for f, (value, fits) in _FIELDS[name].items()}


def save(name, values):
    "Overlays the stored ones. ValueError names the field that is not valid; then nothing is written."
    for field, value in values.items():
        if not _FIELDS[name][field][1](value):
            raise ValueError(field)
    all_ = load(name)
    all_.update(values)
    path = "data/%s." % name
    with open(path + "new", "w") as f:
        json.dump(all_, f)
    move(path + "new", path + "json")


def forget():
    "Factory reset: all of them."
    for name in _FIELDS:
        try:
            os.remove("data/%s.json" % name)
        except OSError:
            pass
