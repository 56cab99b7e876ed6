"From a trusted head to a committed update: what to remove, what to fetch, the journal. The set in use is not touched."
# ota: -O3
import os
import sys

from ota.files import digest, entries, gone, stage, twin
from ota.head import refuse
from ota.http import later, left


def install(http, head, h):
    "Stages all that differs and commits it. True if code that is loaded changes."
    fit(int(h["set"].split(" ")[2]), 2)
    http.until = later(60000)
    size, want = h["manifest"].split(" ")
    new = "data/manifest"
    if digest(new, http.idle) != want:
        new = "update/n0"
        stage(http, 0, int(size), want)
    with open("update/n1", "wb") as f:
        f.write(head)
    with open("update/plan", "w") as f:
        f.write("soft-ota 1\n+0 data/manifest\n+1 data/head\n")  # the guard passes over n0 if the manifest is the old one
        choose(f, new, http)
    fetch(http)
    reset = any(map(loaded, open("update/plan")))
    print("ota: installed release=" + h["release"])
    os.rename("update/plan", "update/journal")  # the commit
    return reset


def fit(blocks, which):
    "which: 2 all of the flash, 3 what is free of it. In blocks of 4096 bytes: a file of one byte takes one."
    s = os.statvfs("/")
    have = s[1] * s[which] // 4096
    refuse(blocks > have, "set_too_big", blocks, have)


def choose(plan, new, http):
    "Plans the end of what the new set has not and of sources that hide it, and what is to be fetched; all of it has to fit."
    count, blocks = 2, 2
    for paths in gone("data/manifest", new), map(twin, entries(new)):
        for path in paths:
            if path:
                plan.write("-%d %s\n" % (count, path))
                count += 1
    for entry in entries(new):
        if digest(entry[0], http.idle) != entry[2]:
            plan.write("+%d %s %d %s\n" % ((count,) + entry))
            count += 1
            blocks += entry[1] // 4096 + 1
            http.until = later(left(http.until) + entry[1])  # a second for each KB
    fit(blocks, 3)


def fetch(http):
    "Stages what the plan wants."
    for line in open("update/plan"):
        words = line.split()
        if len(words) > 3:
            stage(http, words[0][1:], int(words[2]), words[3])
            print("ota: file path=%s size=%s" % (words[1], words[2]))


def loaded(line):
    "Is this code loaded? Modules of the client are dropped and do not count."
    name = line.split(" ")[1].split(".")[0].replace("/__init__", "").replace("/", ".")
    return name == "main" or name in sys.modules and name[:4] != "ota."
