"Updates for any MicroPython program: run() at boot, before anything large is imported. docs/client.md tells all of it."
# ota: -O3
import gc
import sys

heard = False  # True: a head was received in this boot, or a 409. None: the client has failed, or run() has asked for a reset
result = ""  # of the last question: "current", "installed", "news", or the code of a refusal
rest = int  # what is done while waiting, if the program has nothing better


def run(idle=rest, always=False):
    """Joins Wi-Fi, asks, installs. True: reset the board, for code that is loaded has changed. No server, no Wi-Fi,
    no trust: False, and what was there runs on. idle is called at least every 50 ms meanwhile. always: asks even where data/ota.json
    says wait 0, for a boot that news() has brought about."""
    global heard
    reset = talk(idle, always, False)
    if reset is not None:
        try:
            reset = swap(reset)
        except Exception as e:  # a program must go on; the guard tries again at the next boot
            sys.print_exception(e)
    if reset:
        heard = None
    tell()
    return bool(reset)


def swap(reset):
    "The guard swaps, now with the memory that the client has left; the same code finishes a cut swap. Should the board be reset?"
    path = sys.path[:]
    sys.path[:] = "rescue", ".frozen"
    try:
        import guard

        reset = guard.finish() and reset
    finally:
        sys.path[:] = path
        forget("guard")
    if not reset:
        from ota.trial import watch

        watch()
        forget()
    return reset


def tell():
    "The watch of a trial learns what the client has heard."
    if "_watch" in sys.modules:
        sys.modules["_watch"].heard = heard


def confirm():
    """The installed release stays. To be called by a program that is up and has heard of its server (heard), or has run for some minutes;
    a release that nobody confirms is undone after two boots."""
    if "_watch" in sys.modules:
        tell()
        sys.modules["_watch"].confirm()


def news(idle=rest):
    "True when a release waits. Light enough to ask while a program runs; run() installs it at the next boot."
    return talk(idle, True, True)


def talk(idle, always, only):
    "None, or for a committed update whether it asks for a reset; with only, whether a release waits."
    global heard
    result = None
    gc.threshold(512)  # collected often, the heap keeps a piece that is large enough for the numbers of RSA
    try:
        from ota.client import update

        result = update(idle, always, only)
    except Exception as e:  # a fault of the client's own: it cannot be confirmed, and the one under rescue/ asks first from now on
        heard = None
        print("ota: refused code=failed msg=%r" % e)
        if "_watch" not in sys.modules:
            try:  # not by lay(), which may be what has failed
                open("update/f2", "w").close()
            except OSError:
                pass
    update = None  # it would keep all of the client alive
    forget()
    gc.threshold(8192)  # about what an ESP8266 starts with
    return result


def lay(path, text=""):
    "A small file, empty as a mark for the guard (docs/protocol.md §8). A full flash stops nothing."
    try:
        with open(path, "w") as f:
            f.write(text)
    except OSError:
        pass


def forget(only="ota."):
    "Drops the client's code, or only a part of it: client and program need not fit into memory together."
    for name in list(sys.modules):
        if only in (name, name[:4]):
            getattr(sys.modules.pop(name), "__dict__", {}).clear()  # a word left on the stack may keep a module, but nothing of it
            globals().pop(name[4:], None)
    gc.collect()
