/** Where tests lay flashes and projects: in memory, where the system has a folder for that with room enough. They write many small files. */
import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const SHARED = '/dev/shm';
/** Many times what the tests lay at a time; a container may have 64 MB there in all. */
const ROOM = 1024 ** 3;

function isRoomy(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}

export const MEMORY = isRoomy(SHARED) ? SHARED : tmpdir();
