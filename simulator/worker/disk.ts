/** The folder on the host that stands for the flash. Every change is one rename, mkdir or unlink, so a reader never sees half a file. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlashChange } from '../messages.js';

/** What was changed, without its number. */
export type Change = Omit<FlashChange, 'op'>;

export interface DiskEntry {
  readonly path: string;
  /** Undefined for a folder. */
  readonly bytes: Uint8Array | undefined;
}

export class Disk {
  readonly #staging: string;

  constructor(
    readonly folderOnHost: string,
    readonly tell: (change: Change) => void,
  ) {
    // beside the folder, not in it: the folder holds nothing but the flash, and a rename needs the same file system
    this.#staging = `${folderOnHost}.writing`;
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

  remove(path: string): void {
    rmSync(this.#host(path), { recursive: true, force: true });
    this.tell({ path: path.slice(1) });
  }

  #host(path: string): string {
    return join(this.folderOnHost, path);
  }
}
