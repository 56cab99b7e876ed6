/** Files and folders that appear whole or not at all, readable by any web server whatever the umask. */
import { chmod, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Files under this prefix are being written; after a crash whoever owns the folder sweeps them away. */
export const TEMPORARY = '.tmp-';
const FILE_MODE = 0o644;
const FOLDER_MODE = 0o755;

/** Writes `bytes` under a temporary name, to the disk, and renames: readers see the old file or the new one. */
export async function writeAtomic(path: string, bytes: Buffer): Promise<void> {
  const put = await stage(path, bytes);
  await put();
}

/** The first half of `writeAtomic`, which needs room on the disk. @returns the second half, which needs none */
export async function stage(path: string, bytes: Buffer): Promise<() => Promise<void>> {
  const temporary = join(dirname(path), TEMPORARY + basename(path));
  await orRemove(temporary, () => writeSynced(temporary, bytes));
  return () => orRemove(temporary, () => rename(temporary, path));
}

async function orRemove(temporary: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  const file = await openNew(path);
  try {
    await file.writeFile(bytes);
    await file.chmod(FILE_MODE);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Never into what is there: that may be a link to somewhere else. */
async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', FILE_MODE);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    await rm(path, { recursive: true, force: true });
    return open(path, 'wx', FILE_MODE);
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
