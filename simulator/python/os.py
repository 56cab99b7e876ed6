# The file system functions as a board has them.
import _hw
import uos
from uos import chdir, getcwd, listdir, mkdir, remove, rename, rmdir, stat, unlink
from collections import namedtuple

_mount = None  # what a mounted littlefs and the starter keep, see boot.ts
_Uname = namedtuple('uname_result', ('sysname', 'nodename', 'release', 'version', 'machine'))


def uname():
    v = _hw.version()
    chip = _hw.chip()
    return _Uname(chip, chip, v, 'v' + v, 'soft-ota simulator with ' + chip.upper())


def ilistdir(path='.'):
    for entry in uos.ilistdir(path):
        name = entry[0]
        yield (name, entry[1], 0, _hw.size(path, name))


def statvfs(path):
    return (4096, 4096, _hw.blocks(), _hw.blocks_free(), _hw.blocks_free(), 0, 0, 0, 0, 255)


def urandom(n):
    from urandom import getrandbits

    return bytes(getrandbits(8) for _ in range(n))
