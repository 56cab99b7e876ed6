# Asks the rules at many minutes, in order; prints only where an answer differs from the one before.
import json

from plug.forms import parse
from plug.rules import decide, span, until_for, wanted


def minutes(case):
    return case["ask"] or range(case["from"], case["to"])


def walk(case):
    timers, zone, presses = case["timers"], parse(case["tz"]), case["presses"]
    timers["rows"] = [start << 18 | end << 7 | mask for start, end, mask in timers["rows"]]
    override, last, runs = None, None, []
    for minute in minutes(case):
        if presses and presses[0][0] == minute:
            override = presses.pop(0)[1], until_for(timers, zone, minute)
        if override:
            answer = decide(timers, zone, override, minute)
        else:
            answer = wanted(timers, zone, minute)
        if answer != last:
            runs.append((minute,) + answer)
            last = answer
    return runs


def offsets(case):
    zone = parse(case["tz"])
    return [span(zone, minute)[0] for minute in minutes(case)]


with open("/cases.json") as f:
    print("result", json.dumps([(walk if "timers" in case else offsets)(case) for case in json.load(f)]))
