/** The key files on disk: their names, who may read them, and that none is ever overwritten. */
import { link, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SoftOtaError } from '../errors.js';

export const KEY_FILES = {
  /** The signing key, PKCS#8 in PEM. */
  private: 'release.key.pem',
  public: 'release.pub.pem',
  certificate: 'release.crt.pem',
  /** 64 hex digits: the secret that every board's enrolment key is computed from. */
  master: 'enrolment.key',
} as const;

/** A root key: to be kept offline. */
export const ROOT_FILES = { private: 'root.key.pem', public: 'root.pub.pem' } as const;

const FURTHER = /^release(-[0-9a-f]{16})?\.key\.pem$/;

/** The names of a further signing key beside the first one. */
export function furtherFiles(keyId: string): { readonly private: string; readonly public: string } {
  return { private: `release-${keyId}.key.pem`, public: `release-${keyId}.pub.pem` };
}

/** The signing keys in `dir`, the first one first; none when there is no such folder. */
export async function listPrivate(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const found = names.filter((name) => FURTHER.test(name));
  return found.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)).map((name) => join(dir, name));
}

export const SECRET = 0o600;
export const PUBLIC = 0o644;
const OTHERS = 0o077;

/**
 * Reads a file that only its owner may read.
 * @throws SoftOtaError key_missing, key_mode (others may read it), access_denied or key_invalid (no file)
 */
export async function readSecret(path: string): Promise<string> {
  const file = await open(path).catch((error: unknown) => Promise.reject(unreadable(path, error)));
  try {
    // Asked of the open file, so that nobody can change it between the question and the reading.
    const { mode } = await file.stat();
    checkMode(path, mode);
    return await file.readFile('utf8');
  } catch (error) {
    throw error instanceof SoftOtaError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

function checkMode(path: string, mode: number): void {
  // Windows has no such bits: there every file looks as if all might read it.
  if (process.platform === 'win32' || (mode & OTHERS) === 0) return;
  const octal = (mode & 0o777).toString(8);
  throw new SoftOtaError('key_mode', `Others may read ${path} (mode ${octal}): chmod 600 ${path}`);
}

function unreadable(path: string, cause: unknown): SoftOtaError {
  const code = errnoOf(cause);
  if (code === 'ENOENT') return new SoftOtaError('key_missing', `There is no ${path}.`, { cause });
  if (code === 'EACCES' || code === 'EPERM') {
    return new SoftOtaError('access_denied', `This user may not read ${path}.`, { cause });
  }
  return new SoftOtaError('key_invalid', `${path} cannot be read (${code ?? 'unknown'}).`, { cause });
}

/** The text of a file that everybody may read. @throws SoftOtaError like `readSecret`, but for the mode */
export async function readPublic(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => Promise.reject(unreadable(path, error)));
}

/**
 * Writes a file that does not exist yet, and its folder where that is missing. It appears with all its bytes: half a key after
 * a crash would stand in the way of every later one.
 * @throws SoftOtaError key_exists
 */
export async function writeNew(path: string, text: string | Buffer, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}${DRAFT}`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode, flag: 'wx', flush: true });
  try {
    await link(draft, path).catch((error: unknown) => {
      if (!NO_LINKS.includes(errnoOf(error) ?? '')) throw error;
      return writeFile(path, text, { mode, flag: 'wx', flush: true });
    });
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause;
    throw new SoftOtaError('key_exists', `${path} is already there.`, { cause });
  } finally {
    await rm(draft, { force: true });
  }
}

/** Behind the name of a file that is being written. */
export const DRAFT = '.new';
/** What file systems say that have no second name for a file, as those of memory cards. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** The error code of the operating system, if `error` has one. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
