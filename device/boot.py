# The firmware runs this first. docs/protocol.md, §8.
import gc
import sys

_p = sys.path[:]
sys.path[:] = "rescue", ".frozen"  # nothing of the set: it may hide what the guard imports
try:
    import machine
    import guard

    guard.boot()
except Exception as _e:
    sys.print_exception(_e)
sys.modules.pop("guard", None)
guard = None
gc.collect()
if "_watch" in sys.modules:  # main.py is on trial
    _e = None
    sys.path[:] = _p
    try:
        exec(open("main.py").read())
    except Exception as _x:
        sys.print_exception(_x)
        _e = _x
    sys.path[:] = "rescue", ".frozen"
    try:
        "_watch" in sys.modules and sys.modules["_watch"].over(_e)
    finally:
        machine.reset()  # or it would be run again
sys.path[:] = _p
