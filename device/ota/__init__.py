"Updates for any MicroPython program: run() at boot, before anything large is imported. docs/client.md tells all of it."
# ota: -O3
import gc
import sys

heard = False  # has a head been received in this boot?
rest = int  # what is done while waiting, if the program has nothing better


def run(idle=rest, always=False):
    """Joins Wi-Fi, asks, installs. True: reset the board, for code that is loaded has changed. No server, no Wi-Fi,
    no trust: False, and what was there runs on. idle is called at least every 50 ms meanwhile. always: asks even where data/ota.json
    says wait 0, for a boot that news() has brought about."""
    reset = talk(idle, always, False)
    if reset is None:
        return False
    sys.path.insert(0, "rescue")
    try:
        import guard  # it swaps, now with the memory that the client has left; the same code finishes a cut swap

        guard.swap()
    except Exception as e:  # a program must go on; the guard tries again at the next boot
        sys.print_exception(e)
        reset = not isinstance(e, RuntimeError)  # that journal is none: nothing was moved, and a reset could lead here again, for ever
    sys.path.pop(0)
    forget("guard")
    if not reset:
        from ota.trial import watch

        watch()
        forget()
    return reset


def confirm():
    """The installed release stays. To be called by a program that is up and has heard of its server (heard), or has run for some minutes;
    a release that nobody confirms is undone after two boots."""
    if "_watch" in sys.modules:
        sys.modules["_watch"].confirm()


def news(idle=rest):
    "True when a release waits. Light enough to ask while a program runs; run() installs it at the next boot."
    return talk(idle, True, True)


def talk(idle, always, only):
    gc.threshold(512)  # collected often, the heap keeps a piece that is large enough for the numbers of RSA
    from ota.client import update

    result = update(idle, always, only)
    del update  # it would keep all of the client alive
    forget()
    gc.threshold(8192)  # about what an ESP8266 starts with
    return result


def forget(only="ota."):
    "Drops the client's code, or only a part of it: client and program need not fit into memory together."
    for name in list(sys.modules):
        if only in (name, name[:4]):
            getattr(sys.modules.pop(name), "__dict__", {}).clear()  # a word left on the stack may keep a module, but nothing of it
            globals().pop(name[4:], None)
