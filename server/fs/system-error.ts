/** What the operating system says, as an error with a code and with what to do about it. */
import { type ErrorCode, SoftOtaError } from '../errors.js';

type Told = (path: string, verb: string) => string;

const FULL: Told = (path) => `There is no room for ${path}.`;
const DENIED: Told = (path, verb) => `This user may not ${verb} ${path}.`;
const MANY: Told = () => 'Too many files are open: raise the limit ("ulimit -n"), or stop other programs.';

const TOLD: Readonly<Record<string, readonly [ErrorCode, Told]>> = {
  ENOSPC: ['disk_full', FULL],
  EDQUOT: ['disk_full', FULL],
  EACCES: ['access_denied', DENIED],
  EPERM: ['access_denied', DENIED],
  EROFS: ['access_denied', (path) => `${path} lies on a file system that is mounted read-only.`],
  EMFILE: ['disk_failed', MANY],
  ENFILE: ['disk_failed', MANY],
};

/** What a system call was about to do, in a word for people. */
const VERBS: Readonly<Record<string, string>> = {
  scandir: 'list',
  mkdir: 'make',
  unlink: 'remove',
  rmdir: 'remove',
  rm: 'remove',
  chmod: 'change',
  stat: 'look at',
  lstat: 'look at',
};

/**
 * @param place what was read or written, where the error itself names no path that means something to people
 * @returns undefined for anything but the error of a system call about files
 */
export function systemError(error: unknown, place?: string): SoftOtaError | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  const own = 'path' in error ? String(error.path) : undefined;
  const path = place ?? own;
  if (path === undefined) return undefined;
  const told = TOLD[String(error.code)];
  if (told === undefined)
    return new SoftOtaError('disk_failed', `${path}: ${error.message}.`, { cause: error });
  const [code, say] = told;
  const verb = VERBS[String(error.syscall)] ?? String(error.syscall);
  const named = code === 'access_denied' ? (own ?? path) : path;
  return new SoftOtaError(code, say(named, verb), { cause: error });
}
