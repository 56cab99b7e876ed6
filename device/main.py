# Runs at every boot. It stays source, because the firmware looks for it by this name.
import sys

import machine


def begin():
    # The relay has its state before anything waits for a network.
    from plug import begin as plug

    plug.begin()
    return plug


def forget(*rooms):
    for name in list(sys.modules):
        if name.split(".")[0] in rooms:
            del sys.modules[name]


def update(news):
    # (reset the board, was a head received)
    import ota

    if news:
        import net

        net.start()
        net.wait(60000, ota.rest)  # it was there a moment ago, so it is worth a longer wait
    return ota.run(ota.rest, news), ota.heard


def waits(idle):
    # Does a release wait? The whole client does not fit beside the plug, so it only looks; the next boot verifies.
    import plug

    try:
        from plug.peek import peek

        return peek(idle)
    except Exception as e:  # no server, no head, no room: the next night
        print("ota: refused", e)
    finally:
        plug.drop("peek")
        forget("ota", "net")


def proven(_=None):
    # A release on trial stays: the plug is up, and its server was heard or some minutes have passed.
    import ota

    ota.confirm()
    forget("ota")


try:
    begin()
except Exception as e:  # a damaged plug must not keep the update away that mends it
    sys.print_exception(e)
    forget("plug")

news = machine.RTC().memory()[1:2] in (b"n", b"u")  # the plug has reset the board because of a release
reset, heard = update(news)
if reset:
    machine.reset()
forget("ota", "net")
house = begin().house(waits, news)
if heard:
    proven()
else:
    timer = machine.Timer(-1)
    timer.init(period=240000, mode=machine.Timer.ONE_SHOT, callback=proven)
del begin, update
house.run()
