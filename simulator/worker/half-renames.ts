/** Renames from one folder to another on littlefs: two commits, and what the board sees when the power went between them. */
import { posix } from 'node:path';
import type { Disk } from './disk.js';
import { type EmFs, WASI } from './micropython.js';
import { type Disguise, disguise, type Littlefs, type Moving } from './moving.js';

const DOTS = ['.', '..'];

export class HalfRenames {
  #left: Moving | undefined;
  #disguise: Disguise = new Map();

  constructor(
    readonly fs: EmFs,
    readonly disk: Disk,
    readonly littlefs: Littlefs,
    /** One commit: the power may fail before it. */
    readonly commit: () => void,
  ) {}

  /** After the files are there: what the last power cut has left. */
  mount(): void {
    this.#left = this.disk.moving();
    if (this.#left === undefined) return;
    this.#disguise = this.#afterCut(this.#left);
    const { fs } = this;
    const plain = fs.lookupNode;
    fs.lookupNode = (parent, name) => {
      const path = posix.join(fs.getPath(parent), name);
      if (!this.#disguise.has(path)) return plain.call(fs, parent, name);
      const instead = this.#disguise.get(path);
      if (instead === undefined) throw new fs.ErrnoError(WASI.ENOENT);
      return plain.call(fs, fs.lookupPath(posix.dirname(instead)).node, posix.basename(instead));
    };
  }

  /** Is there an entry of this name, for a listing? */
  listed(path: string): boolean {
    return !this.#disguise.has(path) || this.#disguise.get(path) !== undefined;
  }

  /** Each call that would change something begins with this, also one that fails: littlefs ends what it finds begun. */
  settle(): void {
    if (this.#left === undefined) return;
    this.commit();
    this.disk.endMove(this.#left);
    this.#left = undefined;
    this.#disguise = new Map();
  }

  /** On the disk; in memory it is done. The power may fail between the commits. */
  rename(moving: Moving): void {
    if (this.#afterCut(moving).size === 0) {
      this.disk.move(moving.from, moving.to);
      this.commit();
      return;
    }
    this.disk.beginMove(moving);
    this.commit();
    this.disk.endMove(moving);
  }

  #afterCut(moving: Moving): Disguise {
    const names = this.fs.readdir(posix.dirname(moving.from)).filter((name) => !DOTS.includes(name));
    return disguise(this.littlefs, moving, names);
  }
}
