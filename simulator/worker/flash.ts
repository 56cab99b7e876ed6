/**
 * The flash: a folder of the host, in memory while the board runs. littlefs's rule holds: what is written becomes visible at
 * close (or flush), all at once; create, rename, remove and folders at once. So the folder is at every moment what the
 * flash would be if the power failed now.
 */
import { posix } from 'node:path';
import { CELL } from '../messages.js';
import type { Blocks } from './blocks.js';
import type { Disk } from './disk.js';
import { HalfRenames } from './half-renames.js';
import { type EmFs, type EmStream, WASI } from './micropython.js';
import { COMMIT_MS, type FlashRules, Writers } from './writers.js';

const O_ACCESS = 3;

/** For the path of a stream, which is absolute. */
const isSystem = (path: string): boolean => path.startsWith('/dev/') || path.startsWith('/proc/');

export class Flash {
  readonly #writers: Writers;
  readonly #renames: HalfRenames;
  readonly #plain: Pick<
    EmFs,
    'open' | 'close' | 'read' | 'write' | 'unlink' | 'rename' | 'mkdir' | 'rmdir' | 'readdir'
  >;

  constructor(
    readonly fs: EmFs,
    readonly disk: Disk,
    readonly blocks: Blocks,
    readonly rules: FlashRules,
  ) {
    const { open, close, read, write, unlink, rename, mkdir, rmdir, readdir } = fs;
    this.#writers = new Writers(fs, disk, blocks, rules);
    this.#renames = new HalfRenames(fs, disk, rules.littlefs, () => this.#writers.operation(COMMIT_MS));
    this.#plain = { open, close, read, write, unlink, rename, mkdir, rmdir, readdir };
  }

  /** Fills the board's file system from the folder, then watches every operation on it. */
  mount(): void {
    for (const entry of this.disk.read()) {
      if (entry.bytes === undefined) {
        this.fs.mkdir(entry.path);
        this.blocks.putFolder(entry.path);
      } else {
        this.fs.writeFile(entry.path, entry.bytes);
        this.blocks.putFile(entry.path, entry.bytes.length);
      }
    }
    this.#wrapFiles();
    this.#wrapNames();
    this.#renames.mount();
  }

  /** What flush() does: the content so far becomes visible. */
  sync(): void {
    this.#writers.sync();
  }

  /** What statvfs says is free, on a full flash less than none, as on boards of 32 bits. Writing ends where the blocks do, which is later. */
  free(): number {
    const twice = this.rules.statvfs === 'littlefs' ? this.blocks.countedTwice() : 0;
    return this.#writers.free() - twice;
  }

  #count(cell: number, by = 1): void {
    Atomics.add(this.rules.cells, cell, by);
  }

  #path(path: string): string | undefined {
    const absolute = posix.resolve(this.fs.cwd(), path);
    return isSystem(absolute) ? undefined : absolute;
  }

  #open(name: string, flags: number): EmStream {
    const path = this.#path(name);
    const writes = (flags & O_ACCESS) !== 0;
    if (path === undefined) return this.#plain.open.call(this.fs, name, flags);
    if (writes) this.#renames.settle();
    if (writes) this.#writers.opening(path, flags);
    const stream = this.#plain.open.call(this.fs, name, flags, 0o666);
    this.#count(CELL.opens);
    if (writes) this.#writers.opened(stream, path, flags);
    return stream;
  }

  #wrapFiles(): void {
    const { fs } = this;
    const plain = this.#plain;
    fs.open = (path, flags, mode) =>
      typeof flags === 'number' && typeof path === 'string'
        ? this.#open(path, flags)
        : plain.open.call(fs, path, flags, mode);
    fs.close = (stream) => {
      this.#writers.closed(stream);
      plain.close.call(fs, stream);
    };
    fs.write = (stream, buffer, offset, length, position, own) => {
      this.#writers.writing(stream, length, position);
      return plain.write.call(fs, stream, buffer, offset, length, position, own);
    };
    fs.read = (stream, buffer, offset, length, position) => {
      const from = position ?? stream.position;
      const got = plain.read.call(fs, stream, buffer, offset, length, position);
      if (isSystem(stream.path)) return got;
      this.#count(CELL.reads);
      this.#count(CELL.bytesRead, got);
      if (from === 0 && got > 0 && this.rules.faults.readBack?.includes(stream.path))
        buffer[offset] = (buffer[offset] ?? 0) ^ 1;
      return got;
    };
  }

  #wrapNames(): void {
    const { fs } = this;
    const plain = this.#plain;
    fs.readdir = (path) =>
      plain.readdir
        .call(fs, path)
        .filter((name) => this.#path(posix.resolve(fs.cwd(), path, name, 'x')) !== undefined)
        .filter((name) => this.#renames.listed(posix.resolve(fs.cwd(), path, name)));
    fs.unlink = (path) =>
      this.#change(
        path,
        () => plain.unlink.call(fs, path),
        (p) => this.#gone(p),
      );
    fs.rmdir = (path) =>
      this.#change(
        path,
        () => plain.rmdir.call(fs, path),
        (p) => this.#gone(p),
      );
    fs.mkdir = (path, mode) => {
      this.#renames.settle();
      this.#writers.room(2);
      return this.#change(
        path,
        () => plain.mkdir.call(fs, path, mode),
        (p) => {
          this.blocks.putFolder(p);
          this.disk.folder(p);
        },
      );
    };
    fs.rename = (from, to) => this.#rename(from, to);
  }

  #rename(from: string, to: string): void {
    const target = this.#path(to) ?? to;
    if (this.rules.fat && this.blocks.has(target)) throw new this.fs.ErrnoError(WASI.EEXIST);
    this.#change(
      from,
      () => this.#plain.rename.call(this.fs, from, to),
      (path) => {
        this.blocks.move(path, target);
        if (this.rules.fat || posix.dirname(path) === posix.dirname(target)) this.disk.move(path, target);
        else this.#renames.rename({ from: path, to: target });
      },
    );
  }

  #gone(path: string): void {
    this.blocks.drop(path);
    this.disk.remove(path);
  }

  /** A change of names: in memory first, since that may fail, then the cut point, then on the folder. */
  #change(path: string, memory: () => unknown, host: (absolute: string) => void): void {
    const absolute = this.#path(path);
    if (absolute !== undefined) this.#renames.settle();
    memory();
    if (absolute === undefined) return;
    this.#writers.operation(COMMIT_MS);
    host(absolute);
  }
}
