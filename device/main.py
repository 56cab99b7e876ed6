# Runs at every boot. It stays source, because the firmware looks for it by this name.
import sys

try:  # the relay has its state before anything waits for a network
    from plug.begin import begin

    asked = begin()
except Exception as e:  # a damaged plug must not keep the update away that mends it
    sys.print_exception(e)
    asked = False
begin = None  # or it would keep its module
import ota

if ota.run(ota.rest, asked):
    import machine

    machine.reset()
heard, now, result = ota.heard, getattr(ota, "time", None), ota.result  # a time that the server has proved
ota = None
from plug.begin import house

house = house(asked, heard, now, result)
house.run()
