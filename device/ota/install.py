"From a trusted head to a committed update: what to remove, what to fetch, the journal. The set in use is not touched."
# ota: -O3
import os
import sys

from ota.files import digest, entries, gone, stage, twin
from ota.head import refuse
from ota.http import later, left


def install(view, http, head, h):
    "Stages all that differs and commits it. True if code that is loaded changes."
    fit(int(h["set"].split(" ")[2]), 2)
    http.until = later(60000)
    size, want = h["manifest"].split(" ")
    new = "data/manifest"
    if digest(new, view, http.idle) != want:
        new = "update/n0"
        stage(http, 0, int(size), want, view)
    with open("update/plan", "w") as plan:
        plan.write("soft-ota 1\n")
        lost = remove(plan, new)
        got = fetch(http, plan, new, view)
        with open("update/n1", "wb") as f:
            f.write(head)
        plan.write("+0 data/manifest\n+1 data/head\n")  # the guard passes over n0 if the manifest is the old one
    reset = any(map(loaded, open("update/plan")))
    print("ota: installed release=%s files=%d removed=%d reset=%s" % (h["release"], got, lost, reset))
    os.rename("update/plan", "update/journal")  # the commit
    return reset


def fit(blocks, which):
    "which: 2 all of the flash, 3 what is free of it. In blocks of 4096 bytes: a file of one byte takes one."
    s = os.statvfs("/")
    have = s[1] * s[which] // 4096
    refuse(blocks > have, "set_too_big", blocks, have)


def remove(plan, new):
    "Plans the end of what the new set has not, and of sources that would be loaded in place of it."
    count = 0
    for paths in gone("data/manifest", new), map(twin, entries(new)):
        for path in paths:
            if path:
                plan.write("-x%d %s\n" % (count, path))
                count += 1
    return count


def fetch(http, plan, new, view):
    "Fetches what differs, once all of it was found to fit."
    need, blocks, size = bytearray(2), 4, 0  # 4 blocks: head, plan, and a new folder
    for path, length, want in entries(new):
        wanted = digest(path, view, http.idle) != want
        need.append(wanted)
        size += length * wanted
        blocks += (length // 4096 + 1) * wanted
    fit(blocks, 3)
    http.until = later(left(http.until) + size)  # a second for each KB
    for number, (path, length, want) in enumerate(entries(new), 2):
        if need[number]:
            stage(http, number, length, want, view)
            plan.write("+%d %s\n" % (number, path))
            print("ota: file path=%s size=%d" % (path, length))
    return sum(need)


def loaded(line):
    "Is this code loaded? Modules of the client are dropped and do not count."
    name = line.split(" ")[1].split(".")[0].replace("/__init__", "").replace("/", ".")
    return name == "main" or name in sys.modules and name[:4] != "ota."
