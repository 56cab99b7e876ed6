"The web switch: begin.py before the network is touched, house.py while it runs."
# ota: -O3
import sys

relay = None  # the switch, from the first moment on
home = None  # the house, while the plug runs


def drop(*names):
    "Forgets modules of the plug that are not needed all the time."
    for name in names:
        sys.modules.pop("plug." + name, None)
        globals().pop(name, None)


def reset(why):
    "why: one character, shown after the restart. The relay keeps its state."
    from plug.deeds import reset_now

    reset_now(why)
