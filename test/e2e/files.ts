import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * All files under a folder, relative and sorted; but for update/, where a refused update leaves what the next one clears, and for
 * what the next question will tell of it.
 */
export function glob(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('update/') && path !== 'data/error')
    .sort();
}
