"""Home Assistant's MQTT discovery: what makes it show the plug as a device, with a switch and its updates.
Loaded when a connection begins, dropped when all is sent. Names of fields: home-assistant.io/integrations/{mqtt,switch.mqtt,update.mqtt}."""
# ota: -O3
import json
from binascii import hexlify

from machine import unique_id
from network import STA_IF, WLAN


def configs(house, main, wanted):
    "Gives (topic, payload), all to be retained. Not wanted: the empty payloads that make Home Assistant forget the plug."
    own = "soft-ota-" + hexlify(unique_id()).decode()
    for kind, more in (("switch", switch), ("update", update)):
        topic = "homeassistant/%s/%s/config" % (kind, own)
        yield topic.encode(), json.dumps(more(common(house, main, own, kind))).encode() if wanted else b""


def common(house, main, own, kind):
    device = {
        "identifiers": [own],
        "name": house.name,
        "manufacturer": "soft-ota",
        "sw_version": house.version,
        "configuration_url": "http://%s/" % WLAN(STA_IF).ifconfig()[0],
    }
    return {"~": main, "unique_id": own + "-" + kind, "availability_topic": "~/available", "device": device}


def switch(fields):
    "Without a name of its own it carries the device's."
    fields.update({"name": None, "state_topic": "~", "command_topic": "~/set", "payload_on": "on", "payload_off": "off"})
    return fields


def update(fields):
    fields.update({"name": "Update", "device_class": "firmware", "entity_category": "config", "state_topic": "~/update"})
    fields.update({"command_topic": "~/update/set", "payload_install": "install"})
    return fields
