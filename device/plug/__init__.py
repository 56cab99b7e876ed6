"The web switch: begin() before the network is touched, run() for ever. Its parts are wired here and nowhere else."
relay = None


def settings():
    import json

    try:
        with open("data/ota.json") as f:
            return dict(json.load(f))
    except (OSError, ValueError, TypeError):
        return {}


def begin():
    "Relay and button: they work from now on, whatever else waits. Can be called again."
    global relay
    if relay:
        return
    from plug.board import board
    from plug.button import Button
    from plug.relay import Relay

    pins = board(settings().get("board", "s20"))
    relay = Relay(pins)
    Button(pins, relay.toggle)


def run(news, asked):
    """news(): does a release wait? Asked when Wi-Fi comes up late, and once a night; then a reset installs it.
    asked: this boot is such a reset; whatever came of it, the next question is the nightly one."""
    from plug.loop import loop

    relay.remember(b"")
    loop(relay, news, asked)
