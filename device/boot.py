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
_watch = sys.modules.get("_watch")
if _watch:  # main.py is on trial: after an exception the firmware would stand at its prompt
    try:
        exec(open("main.py").read())
        _watch.ended()
    except Exception as _e:
        _watch.fell(_e)
