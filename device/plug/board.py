"The boards, and which pin does what: alone in naming hardware."

# relay, LED, LED lit by 0, button (all buttons pull to 0 when pressed but Oittm's)
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
        raise ValueError("no board %s, only %s" % (name, " ".join(sorted(_BOARDS))))
    return _BOARDS[name]
