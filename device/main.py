# Runs at every boot. It stays source, because the firmware looks for it by this name.
import sys


def forget(*rooms):
    for name in list(sys.modules):
        if name.split(".")[0] in rooms:
            del sys.modules[name]


try:  # the relay has its state before anything waits for a network
    from plug.begin import begin

    asked = begin()
except Exception as e:  # a damaged plug must not keep the update away that mends it
    sys.print_exception(e)
    asked = False
    forget("plug")
begin = None  # or it would keep its module

import ota

if asked:  # the plug has reset the board because of a release
    import net

    net.start()
    net.wait(60000, ota.rest)  # it was there a moment ago, so it is worth a longer wait
if ota.run(ota.rest, asked):
    import machine

    machine.reset()
heard, now = ota.heard, getattr(ota, "time", None)  # a time that the server has proved
ota = net = None
forget("ota", "net")
from plug.begin import house

house = house(asked, heard, now)
house.run()
