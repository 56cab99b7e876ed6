/**
 * The files that the program has open for writing. littlefs's rule: what is written becomes visible at close (or flush), all at
 * once; until then it takes blocks all the same.
 */
import { CELL, type Faults, type Statvfs } from '../messages.js';
import { BLOCK, type Blocks, fileBlocks } from './blocks.js';
import type { Disk } from './disk.js';
import { type EmFs, type EmStream, WASI } from './micropython.js';
import type { Littlefs } from './moving.js';

const O_CREAT = 64;
const O_TRUNC = 512;
const O_APPEND = 1024;
const SECTOR = 512;
const ERASE_MS = 60;
export const COMMIT_MS = 5;

interface Writer {
  readonly path: string;
  /** Blocks that are counted already: of the old content when the file is appended to, one of a new file. */
  readonly kept: number;
  dirty: boolean;
}

export interface FlashRules {
  readonly fat: boolean;
  readonly littlefs: Littlefs;
  readonly statvfs: Statvfs;
  readonly faults: Faults;
  /** Operations since power-on, before this boot. */
  readonly before: number;
  readonly cells: Int32Array;
  readonly charge: (ms: number) => void;
  readonly cut: (op: number) => never;
}

export class Writers {
  readonly #open = new Map<EmStream, Writer>();

  constructor(
    readonly fs: EmFs,
    readonly disk: Disk,
    readonly blocks: Blocks,
    readonly rules: FlashRules,
  ) {}

  /** Before a file is opened for writing: a new one takes a block at once. */
  opening(path: string, flags: number): void {
    if (!this.blocks.has(path) && (flags & O_CREAT) !== 0) this.room(1);
  }

  opened(stream: EmStream, path: string, flags: number): void {
    const fresh = !this.blocks.has(path);
    if (fresh) this.#create(path);
    const old = this.blocks.size(path);
    const kept = fresh ? 1 : (flags & O_APPEND) !== 0 ? Math.floor(old / BLOCK) : 0;
    this.#open.set(stream, { path, kept, dirty: (flags & O_TRUNC) !== 0 && !fresh });
  }

  closed(stream: EmStream): void {
    const writer = this.#open.get(stream);
    if (writer !== undefined) this.#commit(stream, writer);
    this.#open.delete(stream);
  }

  /** Before `length` bytes are written. */
  writing(stream: EmStream, length: number, position: number | undefined): void {
    const writer = this.#open.get(stream);
    if (writer === undefined) return;
    const at = position ?? ((stream.flags & O_APPEND) !== 0 ? stream.node.usedBytes : stream.position);
    const size = Math.max(stream.node.usedBytes, at + length);
    const before = writer.dirty ? Math.max(0, fileBlocks(stream.node.usedBytes) - writer.kept) : 0;
    const grows = fileBlocks(size) - writer.kept - before;
    if (grows > 0) this.room(grows);
    this.operation(grows > 0 ? ERASE_MS : 1);
    writer.dirty = true;
    Atomics.add(this.rules.cells, CELL.bytesWritten, length);
  }

  /** What flush() does: the content so far becomes visible. */
  sync(): void {
    for (const [stream, writer] of this.#open) this.#commit(stream, writer);
  }

  /** Free blocks, those of files being written counted as used. */
  free(): number {
    let free = this.blocks.free();
    for (const [stream, writer] of this.#open) {
      if (writer.dirty) free -= Math.max(0, fileBlocks(stream.node.usedBytes) - writer.kept);
    }
    return free;
  }

  room(blocks: number): void {
    const { fullAt } = this.rules.faults;
    const full = fullAt !== undefined && this.#operations() + 1 >= fullAt;
    if (full || this.free() < blocks) throw new this.fs.ErrnoError(WASI.ENOSPC);
  }

  /** One operation of the flash: where the power may fail, and what takes time. */
  operation(ms: number): void {
    Atomics.add(this.rules.cells, CELL.flashOps, 1);
    const n = this.#operations();
    if (n === this.rules.faults.cutAt) {
      if (this.rules.fat) this.#tear();
      this.rules.cut(n);
    }
    this.rules.charge(ms);
  }

  #operations(): number {
    return this.rules.before + Atomics.load(this.rules.cells, CELL.flashOps);
  }

  /** FAT has no commit: of an open file whole sectors of the new content are there, and nothing of the old. */
  #tear(): void {
    for (const [stream, { path, dirty }] of this.#open) {
      if (dirty)
        this.disk.put(
          path,
          this.#content(stream).subarray(0, stream.node.usedBytes - (stream.node.usedBytes % SECTOR)),
        );
    }
  }

  #content(stream: EmStream): Uint8Array {
    // Emscripten has null for the content of a file that was emptied
    return Uint8Array.from(stream.node.contents?.slice(0, stream.node.usedBytes) ?? []);
  }

  #commit(stream: EmStream, writer: Writer): void {
    if (!writer.dirty) return;
    this.operation(COMMIT_MS);
    writer.dirty = false;
    const { contents } = stream.node;
    if (contents !== null && this.rules.faults.worn?.includes(writer.path))
      contents[0] = (contents[0] ?? 0) ^ 1;
    this.blocks.putFile(writer.path, stream.node.usedBytes);
    this.disk.put(writer.path, this.#content(stream));
  }

  /** littlefs writes the name of a new file at open: after a cut there is an empty file. */
  #create(path: string): void {
    this.operation(COMMIT_MS);
    this.blocks.putFile(path, 0);
    this.disk.put(path, new Uint8Array(0));
  }
}
