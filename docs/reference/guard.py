"""The flash of a board as a folder, and the guard that ends or undoes a committed update (docs/protocol.md §8). It knows nothing of the
client, and nothing of whether what it installs is any good: it goes by the journal alone."""
import base64
import errno
import hashlib
import os
import shutil

MARKS = {"safe", "f1", "f2"}


def sha(data):
    """SHA-256 in base64, without the final =."""
    return base64.b64encode(hashlib.sha256(data).digest()).decode()[:43]


class Flash:
    def __init__(self, folder):
        self.folder = folder

    def at(self, path):
        return os.path.join(self.folder, *path.split("/"))

    def read(self, path):
        try:
            with open(self.at(path), "rb") as f:
                return f.read()
        except OSError:
            return b""

    def write(self, path, data=b""):
        os.makedirs(os.path.dirname(self.at(path)), exist_ok=True)
        with open(self.at(path), "wb") as f:
            f.write(data)

    def blocks(self):
        """Of 4096 bytes that are taken: two a folder, one at least a file."""
        files = [os.path.join(at, name) for at, _, names in os.walk(self.folder) for name in names]
        return sum(max(1, (os.path.getsize(f) + 4095) // 4096) for f in files) + 2 * sum(1 for _ in os.walk(self.folder))

    def there(self, path):
        return os.path.isfile(self.at(path))

    def digest(self, path):
        return sha(self.read(path)) if self.there(path) else "-"

    def gone(self, path):
        """A file, or a folder with all that is in it."""
        if os.path.isdir(self.at(path)):
            shutil.rmtree(self.at(path))
        elif self.there(path):
            os.remove(self.at(path))

    def drop(self, path):
        """A file, and the folders that are empty then."""
        if self.there(path):
            os.remove(self.at(path))
        while "/" in path:
            path = path.rpartition("/")[0]
            if os.path.isdir(self.at(path)) and not os.listdir(self.at(path)):
                os.rmdir(self.at(path))

    def put(self, source, target, want):
        if self.digest(target) == want:
            return
        if self.digest(source) != want:
            raise ValueError(source)
        self.gone(target)
        self.write(target, self.read(source))
        if self.digest(target) != want:
            raise ValueError(target)


class Guard:
    def __init__(self, flash):
        self.flash = flash

    def steps(self):
        first, *lines = self.flash.read("update/journal").decode("latin-1").split("\n")
        if not first.startswith("soft-ota 2 "):
            raise ValueError("journal")
        rows = (line.split(" ")[:4] for line in lines if line)
        return first[11:], [(row[0][0], row[0][1:]) + tuple(row[1:]) for row in rows]

    def forward(self):
        flash, (kind, steps) = self.flash, self.steps()
        for sign, n, path, new, old in steps:
            if sign in "+-!":
                if flash.digest(path) != new:
                    if old != "-":
                        flash.put(path, "update/p" + n, old)
                    if new != "-":
                        flash.put("update/n" + n, path, new)
                if new == "-":
                    flash.drop(path)
            flash.gone("update/n" + n)
        for name in MARKS:
            flash.gone("update/" + name)
        if kind != "signed":
            flash.write("update/trial" if kind == "trial" else "update/f2")
        flash.gone("update/commit")

    def undo(self):
        flash, (_, steps) = self.flash, self.steps()
        for sign, n, path, new, old in steps:
            if sign == "=" and flash.digest("data/head") == old:
                flash.put("data/head", path, old)
            if sign == "+" and (old == "-" or flash.digest(path) != old):
                flash.drop(path)
        for sign, n, path, new, old in steps:
            if sign in "+-<" and old != "-":
                flash.put("update/p" + n, path, old)
                flash.gone("update/p" + n)
        flash.write("update/safe")
        for name in "trial", "f1", "f2", "undo":
            flash.gone("update/" + name)

    def finish(self):
        for name, do in (("commit", self.forward), ("undo", self.undo)):
            try:
                if self.flash.there("update/" + name):
                    do()
            except (ValueError, OSError) as e:
                print("guard:", repr(e))
                if isinstance(e, ValueError) or name == "commit" and e.errno == errno.ENOSPC:
                    self.flash.write("update/undo" if name == "commit" else "update/f2")
                    self.flash.gone("update/trial")
                    self.flash.gone("update/" + name)

    def boot(self):
        """As at power-on. What makes a boot of a trial fail (a timer, RTC memory) is the board's: it lays f1 and f2."""
        self.finish()
        if all(self.flash.there("update/" + name) for name in ("trial", "f1", "f2")):
            self.flash.write("update/undo")
            self.finish()

    def confirm(self, heard):
        """The program is up. Nothing is removed that a swap or an undo still needs."""
        if self.flash.there("update/commit") or self.flash.there("update/undo"):
            return
        self.flash.gone("update/f1")
        if not heard and self.flash.there("update/trial"):
            self.flash.write("update/f2")
        self.flash.gone("update/trial")
        for name in os.listdir(self.flash.at("update")):
            if name != "f2" or heard:
                self.flash.gone("update/" + name)
