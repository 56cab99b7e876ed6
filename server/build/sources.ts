import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { checkPaths, comparePaths } from '../signing/paths.js';
import { readIgnore } from './ignore-file.js';
import { normalise } from './text.js';
import { listFiles } from './walk.js';

/** The guard: laid down at provisioning, in no release; with what it needs beside the rescue client. */
export const GUARD = 'boot.py';
const GUARDS_OWN = 'rescue/guard.py';

export function isGuard(path: string): boolean {
  return path === GUARD || path === GUARDS_OWN;
}

/** One file of the device folder, normalised. */
export interface Source {
  readonly path: string;
  /** The path as a terminal can open it, for messages. */
  readonly place: string;
  readonly bytes: Buffer;
}

/**
 * All sources, the guard among them, sorted by path bytes whatever the order of the folder.
 * Throws the `source_…` and `path_…` codes.
 */
export async function readSources(
  device: string,
  ignoreFile = join(device, '.otaignore'),
): Promise<Source[]> {
  const paths = await listFiles(device, await readIgnore(ignoreFile));
  checkNames(new Map(paths.filter((path) => !isGuard(path)).map((path) => [path, join(device, path)])));
  if (paths.length === 0) throw new SoftOtaError('source_missing', `${device} holds no files`);
  return paths.sort(comparePaths).map((path) => readSource(device, path));
}

/**
 * Checks names that releases will have.
 * @param places name → the path of the source that it comes from
 */
export function checkNames(places: ReadonlyMap<string, string>): void {
  try {
    checkPaths(places.keys());
  } catch (error) {
    if (!(error instanceof SoftOtaError)) throw error;
    const named = [...places.keys()].find((path) => error.message.includes(JSON.stringify(path)));
    const place = JSON.stringify(places.get(named ?? '')).slice(1, -1);
    throw new SoftOtaError(error.code, `${place}: ${error.message}`, { cause: error });
  }
}

/** The Python among the sources as text, for inspection. */
export function pythonText(sources: readonly Source[]): Map<string, string> {
  const python = sources.filter(({ path }) => path.endsWith('.py'));
  return new Map(python.map(({ path, bytes }) => [path, bytes.toString('utf8')]));
}

function readSource(device: string, path: string): Source {
  const place = join(device, path);
  return { path, place, bytes: normalise(place, readBytes(place)) };
}

/** At once: sources are small and many, and each promise would take longer than the reading. */
function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : cause;
    throw new SoftOtaError('source_missing', `${path} cannot be read: ${reason}`, { cause });
  }
}
