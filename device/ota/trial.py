"""A release on trial (docs/protocol.md §8): its failures are counted, its end is caught, it is confirmed or undone. The guard uses
the copy of this file under rescue/, at boot; the client the one of the set, after an update that needed no reset."""
# ota: -O3
import os
import sys

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


def count():
    open("update/f%d" % (1 + there("f1")), "w").close()


def watch():
    "From now on, if there is something to watch. It is kept where nobody forgets it, for its timer must not be collected."
    if there("trial", "safe") and "_watch" not in sys.modules:
        sys.modules["_watch"] = Watch()
        del sys.modules["ota.trial"]  # it is not to be emptied


class Watch:
    def __init__(self):
        if mark(b"t") == b"t":  # a reset has ended the last boot, and no person at the plug
            count()
        self.counted = False
        self.ticks = 0
        self.timer = Timer(-1)
        self.timer.init(period=_TICK, callback=self.tick)  # again and again

    def failed(self):
        "Counts this boot, once."
        if not self.counted:
            self.counted = True
            mark(b"\0")
            count()

    def tick(self, _):
        self.ticks += 1
        if self.ticks >= _TICKS:
            reset()
        else:
            self.failed()

    def over(self, e):
        """The program has ended. An exception's last words are for the next report. One that has returned goes on by interrupts, and the
        firmware would run it again: so a reset follows, when the trial is over."""
        if e:
            from io import StringIO

            text = StringIO()
            sys.print_exception(e, text)
            with open("data/error", "w") as f:
                f.write(text.getvalue()[-200:])
            self.failed()
            reset()
        while "_watch" in sys.modules:
            sleep(1)

    def confirm(self):
        "The release stays: a program says so when it is up and can be updated. The watch leaves the memory."
        for name in "trial", "safe", "f1", "f2":
            if there(name):
                os.remove("update/" + name)
        mark(b"\0")
        self.timer.deinit()
        del sys.modules["_watch"]


def sound():
    "Is all that an update needs as the manifest says?"
    from ota.install import digest, entries, twin

    for entry in entries("data/manifest"):
        path = entry[0]
        if path[:4] in ("main", "net.", "ota/"):
            if digest(path, int) != entry[2] or twin(entry):
                return False
    return True


def look(undo):
    "For the guard, at each boot. undo() goes back to the set before."
    watch()
    if there("f2") and there("trial"):
        os.rename("update/trial", "update/undo")
        undo()
    try:
        # What is on trial was read back when it came, and is undone if it fails: no memory is spent on it while the watch stands.
        if there("trial") or not there("f2") and sound():
            return
    except Exception as e:
        print("guard:", repr(e))
    import ota

    print("guard: damaged")
    ota.run()
    watch()
