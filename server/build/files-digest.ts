/** One digest over files and folders. It imports nothing of the rest, as up-to-date.ts. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** More than this is not read just to find out that it is still the same. */
const MAX_BYTES = 32 * 1024 * 1024;

export class Sum {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** Name and content, or that there is no such file. */
  file(path: string): void {
    const bytes = readOptional(path);
    this.#bytes += bytes?.length ?? 0;
    if (this.#bytes > MAX_BYTES) throw new Error('too much to read');
    this.note(path, bytes?.length);
    this.#hash.update(bytes ?? '');
  }

  note(name: string, fact: number | undefined): void {
    this.#hash.update(`${name} ${fact}\n`);
  }

  folder(path: string): void {
    const entries = readdirSync(path, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(path, entry.name);
      if (entry.isFile()) this.file(inside);
      else if (entry.isDirectory()) this.folder(inside);
      else throw new Error('no plain file');
    }
  }

  end(): string {
    return this.#hash.digest('hex');
  }
}

function readOptional(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
