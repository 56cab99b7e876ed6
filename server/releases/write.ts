/** Files and folders that appear whole or not at all, readable by any web server whatever the umask. */
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TEMPORARY } from './layout.js';

const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** Writes `bytes` under a temporary name, to the disk, and renames: readers see the old file or the new one. */
export async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const temporary = join(dirname(path), TEMPORARY + basename(path));
  try {
    await writeSynced(temporary, bytes);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w', FILE_MODE);
  try {
    await file.writeFile(bytes);
    await file.chmod(FILE_MODE);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the folder if it is not there. */
export async function makeFolder(path: string): Promise<void> {
  if ((await mkdir(path, { recursive: true })) !== undefined) await chmod(path, FOLDER_MODE);
}

/** Brings renames in a folder to the disk, so that nothing that follows can be there without them. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
