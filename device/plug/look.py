"""What a page shows: `show(house, typed, values)` of its module plug/form_*.py gives the values of its page; it is given those that
are stored. A step of plug/web.py."""
# ota: -O3
import gc

_STORED = {"settings": "plug", "mqtt": "mqtt", "wifi": "wifi"}


def step(house, name, typed, errors, saved):
    values = house.settings(_STORED[name]) if name in _STORED else {}
    gc.collect()
    form = __import__("plug.form_" + ("menu" if name == "state" else name), None, None, ("show",))
    if name == "state":
        from json import dumps

        return "200 OK", "application/json\r\nCache-Control: no-store", (dumps(form.state(house)),)
    values = form.show(house, typed, values)
    values["name"], values["version"], values["saved"], values["wrong"] = house.name, house.version, saved, errors
    for field in errors:
        values["e" + field] = errors[field]
        values["i" + field] = "aria-invalid=true"
    return "page", values.get("page", name), values, "", errors
