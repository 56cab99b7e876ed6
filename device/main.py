# Runs at every boot. It stays source, because the firmware looks for it by this name.
import sys

import machine


def begin():
    # The relay has its state before anything waits for a network.
    import plug

    plug.begin()
    return plug


try:
    begin()
except Exception as e:  # a damaged plug must not keep the update away that mends it
    sys.print_exception(e)
    for name in list(sys.modules):
        if name[:4] == "plug":
            del sys.modules[name]

import ota

news = machine.RTC().memory()[1:2] in (b"n", b"u")  # the plug has reset the board because of a release
if news:
    import net

    net.start()
    net.wait(60000, ota.rest)  # it was there a moment ago, so it is worth a longer wait
if ota.run(ota.rest, news):
    machine.reset()


def waits():
    # Does a release wait? The client may not fit beside the plug: then MemoryError, and nothing of it stays.
    try:
        return ota.news()
    finally:
        ota.forget()


begin().run(waits, news)
