"The boards, and which pin does what: alone in naming hardware."
# ota: -O3

# relay, LED, LED lit by 0, button (all of them pull to 0 when pressed)
_BOARDS = {
    "s20": (12, 13, True, 0),
    "s26": (12, 13, True, 0),
    "s31": (12, 13, True, 0),
    "oittm": (4, 13, True, 12),
    "pow": (12, 15, False, 0),
}


def board(name):
    "(relay, LED, LED is lit by 0, button): pin numbers. ValueError names the boards that are known."
    if name not in _BOARDS:
        raise ValueError("no board %s, only %s" % (name, " ".join(names())))
    return _BOARDS[name]


def names():
    return sorted(_BOARDS)


def chosen():
    "The board that data/ota.json says."
    import json

    try:
        with open("data/ota.json") as f:
            return json.load(f).get("board", "s20")
    except (OSError, ValueError, AttributeError):
        return "s20"
