/**
 * The flash: a folder of the host, in memory while the board runs. littlefs's rule holds: what is written becomes visible at
 * close (or flush), all at once; create, rename, remove and folders at once. So the folder is at every moment what the
 * flash would be if the power failed now.
 */
import { posix } from 'node:path';
import { CELL } from '../messages.js';
import { BLOCK, type Blocks, fileBlocks } from './blocks.js';
import type { Disk } from './disk.js';
import { type EmFs, type EmStream, WASI } from './micropython.js';

const O_ACCESS = 3;
const O_CREAT = 64;
const O_TRUNC = 512;
const O_APPEND = 1024;
const SECTOR = 512;
const ERASE_MS = 60;
const COMMIT_MS = 5;

interface Writer {
  readonly path: string;
  /** Blocks that are counted already: of the old content when the file is appended to, one of a new file. */
  readonly kept: number;
  dirty: boolean;
}

export interface FlashRules {
  readonly fat: boolean;
  readonly cutAt: number;
  readonly readBack: readonly string[];
  readonly cells: Int32Array;
  readonly charge: (ms: number) => void;
  readonly cut: (op: number) => never;
}

export class Flash {
  readonly #writers = new Map<EmStream, Writer>();
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
  }

  /** What flush() does: the content so far becomes visible. */
  sync(): void {
    for (const [stream, writer] of this.#writers) this.#commit(stream, writer);
  }

  /** Free blocks, those of files being written counted as used. */
  free(): number {
    let free = this.blocks.free();
    for (const [stream, writer] of this.#writers) {
      if (writer.dirty) free -= Math.max(0, fileBlocks(stream.node.usedBytes) - writer.kept);
    }
    return free;
  }

  #count(cell: number, by = 1): void {
    Atomics.add(this.rules.cells, cell, by);
  }

  #operation(ms: number): void {
    const n = Atomics.add(this.rules.cells, CELL.flashOps, 1) + 1;
    if (n === this.rules.cutAt) {
      if (this.rules.fat) this.#tear();
      this.rules.cut(n);
    }
    this.rules.charge(ms);
  }

  /** FAT has no commit: of an open file whole sectors of the new content are there, and nothing of the old. */
  #tear(): void {
    for (const [stream, { path, dirty }] of this.#writers) {
      if (dirty)
        this.disk.put(
          path,
          this.#content(stream).subarray(0, stream.node.usedBytes - (stream.node.usedBytes % SECTOR)),
        );
    }
  }

  #content(stream: EmStream): Uint8Array {
    return Uint8Array.from(stream.node.contents.slice(0, stream.node.usedBytes));
  }

  #commit(stream: EmStream, writer: Writer): void {
    if (!writer.dirty) return;
    this.#operation(COMMIT_MS);
    writer.dirty = false;
    this.blocks.putFile(writer.path, stream.node.usedBytes);
    this.disk.put(writer.path, this.#content(stream));
  }

  #path(path: string): string | undefined {
    const absolute = posix.resolve(this.fs.cwd(), path);
    return absolute.startsWith('/dev/') || absolute.startsWith('/proc/') ? undefined : absolute;
  }

  #open(name: string, flags: number): EmStream {
    const path = this.#path(name);
    const writes = (flags & O_ACCESS) !== 0;
    if (path === undefined) return this.#plain.open.call(this.fs, name, flags);
    const fresh = !this.blocks.has(path);
    if (writes && fresh && (flags & O_CREAT) !== 0) this.#room(1);
    const stream = this.#plain.open.call(this.fs, name, flags, 0o666);
    this.#count(CELL.opens);
    if (!writes) return stream;
    if (fresh) this.#create(path);
    const old = this.blocks.size(path);
    const kept = fresh ? 1 : (flags & O_APPEND) !== 0 ? Math.floor(old / BLOCK) : 0;
    this.#writers.set(stream, { path, kept, dirty: (flags & O_TRUNC) !== 0 && !fresh });
    return stream;
  }

  /** littlefs writes the name of a new file at open: after a cut there is an empty file. */
  #create(path: string): void {
    this.#operation(COMMIT_MS);
    this.blocks.putFile(path, 0);
    this.disk.put(path, new Uint8Array(0));
  }

  #room(blocks: number): void {
    if (this.free() < blocks) throw new this.fs.ErrnoError(WASI.ENOSPC);
  }

  #write(stream: EmStream, writer: Writer, length: number, position: number | undefined): void {
    const at = position ?? ((stream.flags & O_APPEND) !== 0 ? stream.node.usedBytes : stream.position);
    const size = Math.max(stream.node.usedBytes, at + length);
    const before = writer.dirty ? Math.max(0, fileBlocks(stream.node.usedBytes) - writer.kept) : 0;
    const grows = fileBlocks(size) - writer.kept - before;
    if (grows > 0) this.#room(grows);
    this.#operation(grows > 0 ? ERASE_MS : 1);
    writer.dirty = true;
    this.#count(CELL.bytesWritten, length);
  }

  #wrapFiles(): void {
    const { fs } = this;
    const plain = this.#plain;
    fs.open = (path, flags, mode) =>
      typeof flags === 'number' && typeof path === 'string'
        ? this.#open(path, flags)
        : plain.open.call(fs, path, flags, mode);
    fs.close = (stream) => {
      const writer = this.#writers.get(stream);
      if (writer !== undefined) this.#commit(stream, writer);
      this.#writers.delete(stream);
      plain.close.call(fs, stream);
    };
    fs.write = (stream, buffer, offset, length, position, own) => {
      const writer = this.#writers.get(stream);
      if (writer !== undefined) this.#write(stream, writer, length, position);
      return plain.write.call(fs, stream, buffer, offset, length, position, own);
    };
    fs.read = (stream, buffer, offset, length, position) => {
      const from = position ?? stream.position;
      const got = plain.read.call(fs, stream, buffer, offset, length, position);
      if (this.#path(stream.path) === undefined) return got;
      this.#count(CELL.reads);
      this.#count(CELL.bytesRead, got);
      if (from === 0 && got > 0 && this.rules.readBack.includes(stream.path))
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
        .filter((name) => this.#path(posix.resolve(fs.cwd(), path, name, 'x')) !== undefined);
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
      this.#room(2);
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
        this.disk.move(path, target);
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
    memory();
    if (absolute === undefined) return;
    this.#operation(COMMIT_MS);
    host(absolute);
  }
}
