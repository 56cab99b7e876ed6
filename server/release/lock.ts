/** One soft-ota at a time in a release folder. */
import { link, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SoftOtaError } from '../errors.js';
import { makeFolder } from '../fs/atomic-write.js';
import { listOptional, readOptional } from '../fs/read-optional.js';
import { asDiskError } from './disk-error.js';
import { statePath } from './layout.js';
import {
  isAlive,
  isCopied,
  isRunning,
  isSameHost,
  type LockFile,
  type LockOwner,
  ownText,
  parseLockOwner,
} from './lock-owner.js';

export interface LockOptions {
  /**
   * Milliseconds between two signs of life in the lock. They are for whoever cannot look for the process: another computer
   * or container. Few, because each is a write to what may be an SD card.
   */
  readonly beat: number;
}

const LOCK: LockOptions = { beat: 15_000 };
/** A sign of life may come late, from a computer that has much to do. */
const LATE = 2.2;
const LOOKS = 20;

/**
 * Locks the release folder for this process. A lock that a dead process left behind is taken over: at once where it ran
 * here, after two missing signs of life where it ran on another computer, in another container, or before a restart. A lock
 * that was copied with its folder locks nothing.
 * @returns gives the folder free again
 * @throws SoftOtaError folder_locked when another process works in it; disk_full or disk_failed
 */
export async function lockFolder(bdist: string, { beat }: LockOptions = LOCK): Promise<() => Promise<void>> {
  const path = statePath(bdist, 'lock');
  try {
    await makeFolder(dirname(path));
    await sweepDrafts(path);
    return await take(path, bdist, beat);
  } catch (error) {
    throw asDiskError(error, dirname(path));
  }
}

async function take(path: string, bdist: string, beat: number): Promise<() => Promise<void>> {
  for (;;) {
    const own = await claim(path);
    if (own !== undefined) return holding(path, own, beat);
    const text = (await readOptional(path))?.toString();
    if (text === undefined) continue;
    if (await isHeld(path, text, beat)) throw await locked(parseLockOwner(text), bdist);
    await evict(path, text);
  }
}

/**
 * The lock appears with its text in it: a reader never finds it empty.
 * @returns the text, undefined when another one has the lock
 */
async function claim(path: string): Promise<string | undefined> {
  const draft = draftOf(path);
  const own = await writeDraft(draft, path);
  try {
    await link(draft, path);
    return own;
  } catch (error) {
    // Another one has the lock, or, seen from another computer, has swept the draft away.
    if (error instanceof Error && 'code' in error && ['EEXIST', 'ENOENT'].includes(String(error.code)))
      return undefined;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The draft becomes the lock by a second name, so that its number is the lock's. */
async function writeDraft(draft: string, path: string): Promise<string> {
  const file = await open(draft, 'w');
  try {
    const { ino } = await file.stat({ bigint: true });
    const own = await ownText({ inode: String(ino), path: await realPath(path) });
    await file.writeFile(own);
    return own;
  } finally {
    await file.close();
  }
}

/** Of the folder: the lock itself may not be there yet. */
async function realPath(path: string): Promise<string> {
  return join(await realpath(dirname(path)), basename(path));
}

async function isHeld(path: string, text: string, beat: number): Promise<boolean> {
  const holder = parseLockOwner(text);
  if (holder === undefined) return false;
  // From another computer a copy shows no life, which is the better proof.
  if (!(await isSameHost(holder))) return showsLife(path, beat);
  return (await isAlive(holder)) && !isCopied(holder, await placeOf(path));
}

async function placeOf(path: string): Promise<LockFile> {
  const stats = await stat(path, { bigint: true }).catch(() => undefined);
  return { inode: String(stats?.ino ?? ''), path: await realPath(path) };
}

/** Looks at the lock until somebody touches it, or the last touch is too old. All times are those of the file system. */
async function showsLife(path: string, beat: number): Promise<boolean> {
  const first = await touchedAt(path);
  for (;;) {
    const touched = await touchedAt(path);
    if (touched !== first) return touched !== undefined;
    if ((await clockOf(path)) - (touched ?? 0) > LATE * beat) return false;
    await sleep((LATE * beat) / LOOKS);
  }
}

async function touchedAt(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs;
}

/** What time a write has there; the clock of a file server may be another one than ours. */
async function clockOf(path: string): Promise<number> {
  const draft = draftOf(path);
  await writeFile(draft, '');
  const time = (await touchedAt(draft)) ?? 0;
  await rm(draft, { force: true });
  return time;
}

async function evict(path: string, text: string): Promise<void> {
  const aside = `${draftOf(path)}.dead`;
  await rename(path, aside).catch(() => undefined);
  // Between the look and the move another process may have taken the dead lock over: then it gets it back.
  if ((await readOptional(aside))?.toString() !== text) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

function holding(path: string, own: string, beat: number): () => Promise<void> {
  const timer = setInterval(() => void touch(path, own), beat).unref();
  return async () => {
    clearInterval(timer);
    if ((await readOptional(path))?.toString() === own) await rm(path, { force: true });
  };
}

/** The same bytes over themselves: the file system notes its time, and a reader never finds less than all of them. */
async function touch(path: string, own: string): Promise<void> {
  try {
    const file = await open(path, 'r+');
    await file.write(own, 0).finally(() => file.close());
  } catch {
    // No room or no right any more: the lock is as good as before for all who can look for this process.
  }
}

function draftOf(path: string): string {
  return `${path}.${process.pid}`;
}

/** What killed processes left of their tries. */
async function sweepDrafts(path: string): Promise<void> {
  const start = `${basename(path)}.`;
  const drafts = (await listOptional(dirname(path))).filter((name) => name.startsWith(start));
  const dead = drafts.filter((name) => !isRunning(Number.parseInt(name.slice(start.length), 10)));
  await Promise.all(dead.map((name) => rm(join(dirname(path), name), { force: true })));
}

async function locked(holder: LockOwner | undefined, bdist: string): Promise<SoftOtaError> {
  const { pid, host } = holder ?? { pid: 0, host: '' };
  const where = holder !== undefined && (await isSameHost(holder)) ? '' : ` on ${host}`;
  return new SoftOtaError('folder_locked', `Process ${pid}${where} works in ${bdist}.`);
}
