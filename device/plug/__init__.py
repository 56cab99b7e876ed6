"The web switch: begin() before the network is touched, run() for ever."
# ota: -O3
import sys

switch = None
home = None  # the house, while the plug runs


def drop(*names):
    "Forgets modules of the plug that are not needed all the time."
    for name in names:
        sys.modules.pop("plug." + name, None)
        globals().pop(name, None)


def reset(why):
    "why: one byte, shown after the restart. The relay keeps its state."
    from machine import reset
    from network import STA_IF, WLAN
    from plug.memory import write

    write(9, why)
    WLAN(STA_IF).disconnect()  # or a new name would not reach the router
    reset()


def begin():
    "Relay and button: they work from now on, whatever else waits. Can be called again."
    global switch
    if switch:
        return
    from plug.board import board, chosen
    from plug.button import Button
    from plug.switch import Switch

    pins = board(chosen())
    switch = Switch(pins)
    Button(pins[3], switch)
    drop("board")


def run(news, asked):
    """news(idle): does a release wait? Asked when Wi-Fi comes up late, and once a night. asked: this boot is a reset that was made
    for a release; whatever came of it, the next question is the nightly one."""
    from plug.house import House
    from plug.loop import run

    global home
    home = House(switch, news, asked)
    run(home)
