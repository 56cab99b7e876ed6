/** Who holds a lock: written down so that others can find out whether that process still lives. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

export interface LockOwner {
  readonly pid: number;
  /** When the process began, in ticks since the start of the machine: its number alone may be another process's by now. */
  readonly started: string;
  /** Where that number means this process: one start of one machine, one container. Empty where there is no /proc. */
  readonly hostId: string;
  readonly host: string;
  /** The number and the path of the lock's own file; undefined in a lock of an older version. */
  readonly place?: LockFile;
}

export interface LockFile {
  readonly inode: string;
  readonly path: string;
}

/** This process in this place, as one line. */
export async function ownText({ inode, path }: LockFile): Promise<string> {
  const { pid } = process;
  return `${[pid, await startOf(pid), await ownHostId(), hostname(), inode, encodeURI(path)].join(' ')}\n`;
}

/** Undefined for what no `ownText` has written. */
export function parseLockOwner(text: string): LockOwner | undefined {
  const [number = '', started = '', hostId = '', host = '', inode, path] = text.trimEnd().split(' ');
  const pid = Number.parseInt(number, 10);
  if (!(pid > 0)) return undefined;
  return {
    pid,
    started,
    hostId,
    host,
    ...(inode === undefined || path === undefined ? {} : { place: { inode, path: decoded(path) } }),
  };
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return '';
  }
}

/**
 * True for the lock of another folder that came here when that was copied: it lies somewhere else and is another file. Either
 * alone proves nothing: the folder may have been renamed since, or be mounted under another path, and some network file
 * systems make up their numbers.
 */
export function isCopied({ place }: LockOwner, here: LockFile): boolean {
  return place !== undefined && place.inode !== here.inode && place.path !== here.path;
}

/** True when the holder's number can be looked for here. */
export async function isSameHost({ hostId }: LockOwner): Promise<boolean> {
  return hostId === (await ownHostId());
}

/** Of an owner on this host. */
export async function isAlive({ pid, started }: LockOwner): Promise<boolean> {
  return isRunning(pid) && (await startOf(pid)) === started;
}

/** True when some process has this number here. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function ownHostId(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => '');
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  return `${boot.trim()}${space}`;
}
