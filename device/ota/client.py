"An update, step by step: check, ask, trust, compare, fetch, commit. The set in use is not touched before the commit."
# ota: -O3
import os
import sys

import net
from ota.ask import fields, hexlify, question, read, settings, sha256
from ota.files import digest, entries, gone, stage, there
from ota.head import Refused, refuse
from ota.http import later, left


def update(idle):
    "None, or for a committed update: True when it changes code that is loaded."
    try:
        c = settings()
        wait = c.get("wait", 15)
        if wait:
            return steps(c, later(int(wait * 1000)), idle)
    except Exception as e:  # whatever happens here, the program of this board must start
        print("ota: refused", e if isinstance(e, Refused) else "code=failed msg=%r" % e)


def steps(c, until, idle):
    "The files are checked while Wi-Fi joins."
    net.start()
    clean()
    view = memoryview(bytearray(1152))  # the one buffer: everything streams through it
    damaged, tree = check(view, idle)
    refuse(not net.wait(left(until), idle), "no_wifi")
    q = question(c, left(until), idle, view, tree)
    try:
        if damaged or not q[3]:
            return install(view, *q[:3])
    finally:
        q[0].close()


def clean():
    "Removes what an update left that was cut off before its commit."
    if not there("update"):
        os.mkdir("update")
    for name in os.listdir("update"):
        os.remove("update/" + name)


def twin(entry):
    "The .py that would be loaded in place of this .mpy, None when there is none."
    path = entry[0]
    if path[-4:] == ".mpy" and there(path[:-3] + "py"):
        return path[:-3] + "py"


def check(view, idle):
    "Is a file not as the installed manifest says? And the tree digest. A manifest that is not the signed one goes."
    every = sha256()
    damaged = (digest("data/manifest", view, idle) or "-") not in fields(read("data/head")).get("manifest", "")
    if damaged and there("data/manifest"):
        os.remove("data/manifest")
    for entry in entries("data/manifest"):
        have = digest(entry[0], view, idle)
        every.update(have)
        damaged = damaged or have != entry[2] or twin(entry)
    return damaged, hexlify(every.digest()[:8]).decode()


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
