/** One soft-ota at a time in a release folder. */
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { readIfThere } from './if-there.js';
import { statePath } from './layout.js';

/**
 * Locks the release folder for this process. A lock that a dead process left behind is taken over.
 * @returns gives the folder free again
 * @throws SoftOtaError folder_locked when another process works in it
 */
export async function lockFolder(bdist: string): Promise<() => Promise<void>> {
  const path = statePath(bdist, 'lock');
  const own = await identity(process.pid);
  await mkdir(dirname(path), { recursive: true });
  for (;;) {
    if (await claim(path, own)) return () => rm(path, { force: true });
    const holder = await readIfThere(path);
    if (holder !== undefined) await evictDead(path, holder.toString(), bdist);
  }
}

/** The lock appears with its text in it: a reader never finds it empty. */
async function claim(path: string, own: string): Promise<boolean> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, own);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function evictDead(path: string, holder: string, bdist: string): Promise<void> {
  const pid = Number.parseInt(holder, 10);
  if (isAlive(pid) && (await identity(pid)) === holder) {
    throw new SoftOtaError('folder_locked', `Process ${pid} works in ${bdist}.`);
  }
  const aside = `${path}.dead.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  // Between the look and the move another process may have taken the dead lock over: then it gets it back.
  if ((await readIfThere(aside))?.toString() !== holder) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A process id alone is not enough: after a restart of the machine or container, another process has it. */
async function identity(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return `${pid} ${started}\n`;
}
