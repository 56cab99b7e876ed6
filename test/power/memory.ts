/** Where tests lay the flashes of their boards: in memory, where the system has a folder for that. A boot writes many small files. */
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';

const SHARED = '/dev/shm';

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export const MEMORY = isWritable(SHARED) ? SHARED : tmpdir();
