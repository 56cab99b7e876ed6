#!/usr/bin/env python3
"""A client for soft-ota, written from docs/protocol.md for whoever writes another: plain CPython 3.9, only what comes with it, no
speed. A folder is the board's flash. The section of the protocol stands beside each part; guard.py is its
other half, form.py what it may believe, wire.py how it asks.

    client.py FLASH run        the guard, the question, the guard again: what a board does at boot
    client.py FLASH ask        the question alone; a committed update stays for another guard
    client.py FLASH guard      the guard alone
    client.py FLASH confirm    the program is up; --unheard: and has heard no server
    client.py FOLDER verdicts  what a strict reader says of the vectors in test/vectors, as JSON
"""
import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import sys
import time

from form import U32, Refused, b64, check_path, head_fields, keys, manifest, prove_head, prove_root, refuse, right, root_file, split_head, unb64
from guard import MARKS, Flash, Guard, sha
from wire import Http, discover


def lax(data):
    """The lines of a head that is installed, whoever took it; empty where there is none."""
    return dict(line.partition(" ")[::2] for line in data.partition(b"\n\n")[0].decode("latin-1").split("\n"))


class Client:
    def __init__(self, flash, python, mpy, blocks):
        self.flash, self.python, self.mpy, self.blocks = flash, python, mpy, blocks
        self.root = root_file(flash.read("data/anchors"))
        self.board, self.heard, self.news = "", False, False

    def there(self, *names):
        return any(self.flash.there("update/" + name) for name in names)

    def mark(self):
        """Before what this client's trial has not tried. It goes when update() ends, but not when it breaks down or refuses news."""
        if not self.there("trial", "safe"):
            self.flash.write("update/f2" if self.there("f1") else "update/f1")

    def update(self):
        try:
            words = self.ask()
        except (Refused, OSError) as e:
            words = "refused %s" % (e if isinstance(e, Refused) else "failed %r" % e)
            if self.heard:
                self.flash.write("data/error", words.replace("refused ", "code=").encode()[:200])
        except Exception:  # a fault of its own
            if not self.there("trial", "safe"):
                self.flash.write("update/f2")
            raise
        if not self.there("trial", "safe", "commit") and not (self.news and words.startswith("refused")):
            for name in ("f1", "f2") if self.heard else ("f1",):
                self.flash.gone("update/" + name)
        return words

    def ask(self):
        refuse(self.there("commit", "undo"), "unfinished")
        os.makedirs(self.flash.at("update"), exist_ok=True)
        for name in os.listdir(self.flash.at("update")):
            if not self.there("trial") and name not in MARKS:
                self.flash.gone("update/" + name)
        try:
            settings = json.loads(self.flash.read("data/ota.json"))
        except ValueError:
            settings = {}
        self.board = settings.get("board", "")
        had, tree, damaged = self.check()
        http = self.reach(settings.get("server"), time.monotonic() + (settings.get("wait") or 15))
        head = self.question(http, tree)
        h, anchors = None, b""
        if head != self.flash.read("data/head"):
            self.news = True
            self.mark()
            h, root, anchors = self.believe(http, head)
        self.heard = True
        if h:
            self.fits(h, root)
        elif not damaged:
            return "current"
        self.install(http, head, h or head_fields(split_head(head)[1]), had, damaged, anchors)
        return "installed"

    def check(self):
        """({path: hash} of the installed manifest, tree digest, is a file not as it says?)"""
        data, tree, damaged = self.flash.read("data/manifest"), hashlib.sha256(), False
        if not lax(self.flash.read("data/head")).get("manifest", "").endswith(" " + sha(data)):
            return {}, "", True
        had = {line.split()[0]: line.split()[2] for line in data.decode("latin-1").splitlines()}
        for path, want in had.items():
            have = self.flash.digest(path)
            tree.update(have.encode() if have != "-" else b"")
            damaged = damaged or have != want or bool(self.twin(path))
        return had, tree.hexdigest()[:16], damaged

    def twin(self, path):
        source = path[:-3] + "py"
        return source if path.endswith(".mpy") and source.lower() != "boot.py" and self.flash.there(source) else ""

    def reach(self, server, until):
        name, key = (self.flash.read("data/enrol").decode().split() + ["", ""])[:2]
        who = (name, bytes.fromhex(key)) if name and key else ("cpython", None)
        if server:
            half = (until - time.monotonic()) / 2
            http = Http(server, time.monotonic() + half, *who)
            try:
                http.open()
                http.until = until
                return http
            except OSError:
                until = min(until, time.monotonic() + half)
        url = discover(list(keys(self.root, "release")), until, bool(server))
        refuse(not url, "no_answer" if server else "no_server")
        return Http(url, until, *who)

    def question(self, http, tree):
        have, bad = (lax(self.flash.read("data/" + name)).get("release", "0") for name in ("head", "bad"))
        error = self.flash.read("data/error")[:200]
        said = [("id", http.name), ("have", have), ("key", ",".join(keys(self.root, "release"))), ("board", self.board)]
        said += [("tree", tree), ("mpy", self.mpy), ("fw", ".".join(map(str, self.python)))]
        said += [("bad", bad)] * (bad != "0") + [("error", "".join("%%%02x" % c for c in error))] * bool(error)
        said += [("said", code) for code in re.findall("^code=([a-z_]+)", error.decode("latin-1"))]
        said += [("state", "trial")] * self.there("trial")
        nonce = secrets.token_hex(8)
        status, headers = http.get("%d/head?" % (self.mpy & 255) + "&".join("%s=%s" % pair for pair in said), "&nonce=" + nonce)
        head = http.body(1152)
        self.heard = status == 409
        refuse(status != 200, "answer", status, head.decode("latin-1"))
        when, _, mac = headers.get("soft-ota-fresh", "").partition(" ")
        text = ("%s %s " % (nonce, when)).encode() + hashlib.sha256(head).digest()
        if not http.key or b64(hmac.digest(http.key, text, "sha256")) != mac:
            http.key = None  # nobody here needs to know who asks for blobs
        print("fresh" if http.key else "not fresh")
        return head

    def believe(self, http, head):
        def proof(root):
            try:
                return prove_head(head, root), None
            except Refused as e:
                refuse(str(e).split()[0] not in ("wrong_key", "threshold_unmet"), e)
                return {}, e

        root, anchors = self.root, b""
        h, why = proof(root)
        for count in range(9 if why or h.get("root", 0) > root["version"] else 0):
            if count == 8:
                self.commit("signed", [("!", "data/anchors", sha(anchors), "-", 0, anchors)])
                refuse(True, "root_behind", root["version"])
            status, _ = http.get("root/%d" % (root["version"] + 1))
            data = http.body(4097)
            if status != 200:
                h, why = proof(root)
                break
            root, anchors = prove_root(data, root), data
        refuse(why, why)
        return h, root, anchors

    def fits(self, h, root):
        refuse(h["abi"] != self.mpy & 255, "abi_unknown", h["abi"])
        refuse(h["boards"] != "*" and self.board not in h["boards"].split(" "), "board_unknown", h["boards"])
        refuse(h["python"] > self.python, "firmware_old", h["python"])
        refuse(h["epoch"] != root["epoch"], "epoch_wrong", h["epoch"])
        for path in "data/head", "data/bad":
            data = self.flash.read(path)
            try:
                good = len(right(split_head(data), keys(self.root, "release"))) >= self.root["threshold"]
                was = lax(data)
                old, closed, epoch = int(was["release"]), int(was.get("downgrade", 0)), int(was["epoch"])
            except (Refused, KeyError, ValueError):
                continue
            if good and epoch == h["epoch"]:
                refuse(path == "data/bad" and h["release"] == old, "release_bad", old)
                refuse(h["release"] == old and was["manifest"] != "%d %s" % (h["size"], h["hash"]), "same_number", old)
                lower = h["release"] < old or h["release"] <= closed
                refuse(lower and h.get("downgrade", 0) < max(old, closed), "rollback", h["release"], max(old, closed))

    def install(self, http, head, h, had, damaged, anchors):
        refuse(self.there("trial"), "on_trial")
        refuse(self.blocks and h["set"][2] > self.blocks, "set_too_big", h["set"][2], self.blocks)
        http.until = time.monotonic() + 60
        old = lax(self.flash.read("data/head")).get("manifest", "")
        text = self.flash.read("data/manifest")
        if sha(text) != h["hash"]:
            text = self.blob(http, h["hash"], h["size"])
            manifest(text)
        news = {line.split(" ")[0]: line.split(" ")[1:3] for line in text.decode("latin-1").splitlines()}
        kind = "trial" if old != "%d %s" % (h["size"], h["hash"]) else "repair" if damaged else "signed"
        first = [("=", "data/bad", "-", sha(head), 0, b"")] if kind == "trial" else []
        first += [("+", "data/manifest", h["hash"], self.flash.digest("data/manifest"), 0, text)]
        first += [("+", "data/head", sha(head), self.flash.digest("data/head"), 0, head)]
        first += [("!", "data/anchors", sha(anchors), "-", 0, anchors)] if anchors else []
        settings, rest = self.changes(news, had)
        need = [sum((row[4] + 4095) // 4096 for row in rows) for rows in (settings + rest, rest)]
        most = max([0] + [max(row[4], len(self.flash.read(row[1]))) for row in rest])
        room = U32 if not self.blocks else self.blocks - self.flash.blocks() - 4 - (most + 4095) // 4096
        if need[1] > room:
            refuse("inplace" not in h, "set_too_big", need[1], room)
            kind, settings, rest = "repair", [], [("-", row[1], "-", "-", 0, b"") for row in rest]
        http.until += sum(row[4] for row in rest) / 1000
        fetched = [row[:5] + (self.blob(http, row[2], row[4] - 1) if row[0] == "+" else b"",) for row in rest]
        self.commit(kind, first + (settings if need[0] <= room else []) + fetched)
        self.flash.gone("data/error")

    def changes(self, news, had):
        names = [name for name in os.listdir(self.flash.at("data")) if re.fullmatch(r"[^\s]*\.json", name)]
        settings = [("<", "data/" + n, "-", self.flash.digest("data/" + n), len(self.flash.read("data/" + n)) + 1, b"") for n in names]
        rest = [("-", "data/bad", "-", "-", 0, b"")] if self.flash.there("data/bad") else []
        gone = [path for path in had if path not in news] + [self.twin(path) for path in news if self.twin(path)]
        rest += [("-", path, "-", self.flash.digest(path), 0, b"") for path in gone]
        made = set()
        for path, (size, want) in news.items():
            if self.flash.digest(path) == want:
                continue
            for end in (i for i, c in enumerate(path) if c == "/"):
                if path[:end] not in made and not os.path.isdir(self.flash.at(path[:end])):
                    rest.append(("-", path[:end], "-", self.flash.digest(path[:end]), 8192, b""))
                made.add(path[:end])
            rest.append(("+", path, want, self.flash.digest(path), int(size) + 1, b""))
        return settings, rest

    def blob(self, http, want, size):
        status, _ = http.get("blobs/" + unb64(want, "blob_unknown").hex())
        refuse(status != 200 or http.left != size, "blob_unknown", want, status)
        data = http.body(size)
        refuse(sha(data) != want, "blob_damaged", want)
        return data

    def commit(self, kind, rows):
        """rows: sign, path, NEW, OLD, SIZE, and the bytes that are staged."""
        refuse(self.there("trial"), "on_trial")
        text = "soft-ota 2 %s\n" % kind
        for n, (sign, path, new, old, size, data) in enumerate(rows):
            text += "%s%d %s %s %s %d\n" % (sign, n, path, new, old, size)
            if sign == "<":
                self.stage("update/p%d" % n, self.flash.read(path))
            elif new not in ("-", old):
                self.stage("update/n%d" % n, data)
        self.stage("update/journal", text.encode())
        self.flash.write("update/commit")

    def stage(self, path, data):
        self.flash.write(path, data)
        refuse(self.flash.read(path) != data, "blob_damaged", path)


# the command line


def verdicts(folder):
    def verdict(check, *args):
        try:
            check(*args)
            return "ok"
        except Refused as e:
            return str(e).split()[0]

    def load(name):
        with open(os.path.join(folder, name + ".json"), encoding="utf-8") as f:
            return json.load(f)

    def on_head(v):
        root = root_file(v["anchors"].encode("latin-1"))
        refuse(prove_head(base64.b64decode(v["head"]), root)["epoch"] != root["epoch"], "epoch_wrong")

    roots = load("roots")
    now = {name: root_file(text.encode("latin-1")) for name, text in roots["currents"].items()}
    return {
        "heads": [verdict(on_head, v) for v in load("heads") + load("quorum")],
        "roots": [verdict(prove_root, base64.b64decode(v["next"]), now[v["current"]]) for v in roots["vectors"]],
        "manifests": [verdict(manifest, v["manifest"].encode("latin-1")) for v in load("manifests")],
        "paths": [verdict(check_path, v["path"]) for v in load("paths")],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("do", choices=["run", "ask", "guard", "confirm", "verdicts"])
    parser.add_argument("--unheard", action="store_true")
    parser.add_argument("--fw", default="1.27.0")
    parser.add_argument("--mpy", type=int, default=9990)
    parser.add_argument("--blocks", type=int, default=0, help="size of the flash in blocks of 4096 bytes; 0: enough")
    args = parser.parse_args()
    if args.do == "verdicts":
        return print(json.dumps(verdicts(args.folder)))
    flash = Flash(args.folder)
    guard = Guard(flash)
    if args.do in ("run", "guard"):
        guard.boot()
    if args.do in ("run", "ask"):
        print(Client(flash, tuple(map(int, args.fw.split("."))), args.mpy, args.blocks).update())
    if args.do == "run":
        guard.finish()
    if args.do == "confirm":
        guard.confirm(not args.unheard)


main()
