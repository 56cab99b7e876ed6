/** How many 4 KB blocks a set of files takes. Pure; the numbers are littlefs's, counted a little against the user. */

export const BLOCK = 4096;
const DIRECTORY_BLOCKS = 2;

/** A file takes at least one block: small ones live in their folder's block, but nobody should count on it. */
export function fileBlocks(size: number): number {
  return Math.max(1, Math.ceil(size / BLOCK));
}

export class Blocks {
  readonly #files = new Map<string, number>();
  readonly #folders = new Set<string>(['/']);

  constructor(readonly total: number) {}

  putFile(path: string, size: number): void {
    this.#files.set(path, size);
  }
  drop(path: string): void {
    this.#files.delete(path);
    this.#folders.delete(path);
  }
  putFolder(path: string): void {
    this.#folders.add(path);
  }
  has(path: string): boolean {
    return this.#files.has(path) || this.#folders.has(path);
  }
  size(path: string): number {
    return this.#files.get(path) ?? 0;
  }

  /** Moves a file, or a folder with everything in it. */
  move(from: string, to: string): void {
    for (const [path, size] of [...this.#files]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#files.delete(path);
      this.#files.set(to + path.slice(from.length), size);
    }
    for (const path of [...this.#folders]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#folders.delete(path);
      this.#folders.add(to + path.slice(from.length));
    }
  }

  /** littlefs's own count takes each folder but the root for used twice. What there is room for is not less for that. */
  countedTwice(): number {
    return (this.#folders.size - 1) * DIRECTORY_BLOCKS;
  }

  free(): number {
    let used = this.#folders.size * DIRECTORY_BLOCKS;
    for (const size of this.#files.values()) used += fileBlocks(size);
    return this.total - used;
  }
}
