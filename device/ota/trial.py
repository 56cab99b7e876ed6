"""A release on trial (docs/protocol.md §8): its failures are counted, its end is caught, it is confirmed or undone. The guard uses
the copy of this file under rescue/, at boot; the client the one of the set, after an update that needed no reset."""
# ota: -O3
import os
import sys
from io import StringIO

from machine import RTC, Timer, reset
from time import sleep

_TICK = const(30000)  # ms; a trial that lasts one has failed, if nothing confirms it
_TICKS = const(10)  # then the board is reset


def there(*names):
    for name in names:
        try:
            os.stat("update/" + name)
            return True
        except OSError:
            pass
    return False


def mark(byte):
    "Puts a byte into RTC memory, which a reset leaves alone and a power cut clears; gives the one before. Not every port has it: bytes() is as empty."
    memory = getattr(RTC(), "memory", bytes)
    m = (memory() + bytes(32))[:32]
    memory(m[:2] + byte + m[3:])
    return m[2:3]


def lay(name):
    open("update/" + name, "w").close()


def count():
    lay("f2" if there("f1") else "f1")


def watch():
    "From now on, if there is something to watch. It is kept where nobody forgets it, for its timer must not be collected."
    if there("trial", "safe") and "_watch" not in sys.modules:
        sys.modules["_watch"] = Watch()
        del sys.modules["ota.trial"]  # it is not to be emptied


def leave():
    "Leaves the Wi-Fi that the client beside the guard has joined: the one of the set is heard only if it can join by itself."
    try:
        from network import STA_IF, WLAN

        WLAN(STA_IF).active(False)
    except Exception:  # another kind of network
        pass


def timer(tick):
    """Calls tick for ever. Not every port has virtual timers (-1); of the others the last is taken, for the first are the program's. None where
    there is no timer: then only boots are counted."""
    for number in -1, 3, 1:
        try:
            t = Timer(number)
            t.init(period=_TICK, callback=tick)
            return t
        except Exception:
            pass


class Watch:
    heard = False  # see ota.heard

    def __init__(self):
        if mark(b"t") == b"t":  # a reset has ended the last boot, and no person at the plug
            count()
        self.counted = False
        self.ticks = 0
        self.timer = timer(self.tick)

    def failed(self):
        "Counts this boot, once."
        if not self.counted:
            self.counted = True
            mark(b"\0")
            count()

    def tick(self, _):
        self.ticks += 1
        self.failed()
        if self.ticks >= _TICKS:
            words("not confirmed within 5 min")
            reset()

    def over(self, e):
        """The program has ended. An exception's last words are for the next report. One that has returned goes on by interrupts, and the
        firmware would run it again: so a reset follows, when the trial is over."""
        if e:
            text = StringIO()
            sys.print_exception(e, text)
            words(text.getvalue()[-200:])
            self.failed()
            reset()
        while "_watch" in sys.modules:
            sleep(1)

    def confirm(self):
        """The release stays: a program says so when it is up and can be updated. Not while its client has failed, or a reset is to come (None).
        If no server was there (False), that client has still to show that it can ask: until then the one under rescue/ asks first."""
        if self.heard is None or there("commit", "undo"):  # the guard has not ended yet
            return
        if there("f1"):
            os.remove("update/f1")  # alone, f2 is no second failure
        if not self.heard and there("trial"):
            lay("f2")
        for name in ["trial"] + os.listdir("update"):
            if name != "f2" or self.heard:
                try:
                    os.remove("update/" + name)
                except OSError:  # the trial is gone already
                    pass
        mark(b"\0")
        if self.timer:
            self.timer.deinit()
        del sys.modules["_watch"]


def words(text):
    try:
        with open("data/error", "w") as f:
            f.write(text)
    except OSError:  # no room: it is undone without them
        pass


def sound(digest):
    "Is all that an update needs as the manifest says? digest: as the guard's."
    found = set()
    for line in open("data/manifest"):
        path, _, want = line.split()[:3]
        if path == "main.py" or path[:4] in ("net.", "ota/"):
            source = path[:-3] + "py"  # it would be loaded in place of the .mpy
            if digest(path) != want or path.endswith(".mpy") and digest(source) != "-":
                return False
            found.add(path[:4])
    return len(found) == 3


def look(digest):
    "For the guard, at each boot: 'undo' the release, 'ask' with the client that lies beside the guard, or nothing."
    watch()
    if there("trial"):
        # What is on trial was read back when it came, and is undone if it fails: no memory is spent on it while the watch stands.
        return there("f1") and there("f2") and "undo"
    try:
        return "" if not there("f2") and sound(digest) else "ask"
    except Exception as e:
        print("guard:", repr(e))
        return "ask"
