/** The folder on the host that stands for the flash. Every change is one rename, mkdir or unlink, so a reader never sees half a file. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlashChange } from '../messages.js';
import type { Moving } from './moving.js';

/** What was changed, without its number. */
export type Change = Omit<FlashChange, 'op'>;

/** What stands behind the folder's name in that of the file beside it. */
export const MOVING = '.moving';

export interface DiskEntry {
  readonly path: string;
  /** Undefined for a folder. */
  readonly bytes: Uint8Array | undefined;
}

export class Disk {
  readonly #staging: string;
  readonly #moving: string;

  constructor(
    readonly folderOnHost: string,
    readonly tell: (change: Change) => void,
  ) {
    // beside the folder, not in it: the folder holds nothing but the flash, and a rename needs the same file system
    this.#staging = `${folderOnHost}.writing`;
    this.#moving = `${folderOnHost}${MOVING}`;
    mkdirSync(folderOnHost, { recursive: true });
  }

  /** Everything, folders before what is in them. */
  read(): DiskEntry[] {
    const entries: DiskEntry[] = [];
    const visit = (path: string): void => {
      for (const entry of readdirSync(this.#host(path), { withFileTypes: true })) {
        const child = `${path}/${entry.name}`;
        if (entry.isDirectory()) {
          entries.push({ path: child, bytes: undefined });
          visit(child);
        } else if (entry.isFile()) entries.push({ path: child, bytes: readFileSync(this.#host(child)) });
      }
    };
    visit('');
    return entries;
  }

  put(path: string, bytes: Uint8Array): void {
    writeFileSync(this.#staging, bytes);
    renameSync(this.#staging, this.#host(path));
    this.tell({ path: path.slice(1), bytes });
  }

  folder(path: string): void {
    mkdirSync(this.#host(path), { recursive: true });
    this.tell({ path: path.slice(1), folder: true });
  }

  move(from: string, to: string): void {
    renameSync(this.#host(from), this.#host(to));
    this.tell({ path: from.slice(1), to: to.slice(1) });
  }

  /** The first of the two commits of a rename. The second may never come: what is known of it is kept beside the folder. */
  beginMove(moving: Moving): void {
    renameSync(this.#host(moving.from), this.#host(moving.to));
    writeFileSync(this.#moving, JSON.stringify(moving));
    this.tell({ path: moving.from.slice(1), to: moving.to.slice(1), moving });
  }

  /** The second one. */
  endMove({ to }: Moving): void {
    rmSync(this.#moving, { force: true });
    this.tell({ path: to.slice(1), settled: true });
  }

  /** A rename that the power has left between its commits. */
  moving(): Moving | undefined {
    return existsSync(this.#moving) ? (JSON.parse(readFileSync(this.#moving, 'utf8')) as Moving) : undefined;
  }

  remove(path: string): void {
    rmSync(this.#host(path), { recursive: true, force: true });
    this.tell({ path: path.slice(1) });
  }

  #host(path: string): string {
    return join(this.folderOnHost, path);
  }
}
