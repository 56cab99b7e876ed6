# The firmware runs this first. docs/protocol.md, §8.
import gc
import sys

sys.path.insert(0, "rescue")
try:
    import guard

    guard.boot()
except Exception as _e:
    sys.print_exception(_e)
sys.path.pop(0)
sys.modules.pop("guard", None)
guard = None
gc.collect()
if "_watch" in sys.modules:  # main.py is on trial
    import machine

    _e = None
    try:
        exec(open("main.py").read())
    except Exception as _x:
        sys.print_exception(_x)
        _e = _x
    if "_watch" in sys.modules:
        sys.modules["_watch"].over(_e)
    machine.reset()  # or it would be run again
