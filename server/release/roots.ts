/** The root files in a release folder: how trust changed, for boards that slept through it (docs/protocol.md §10). */
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { makeFolder, syncFolder, writeAtomic } from '../fs/atomic-write.js';
import { listOptional, readOptional } from '../fs/read-optional.js';
import { ROOTS, rootFilePath } from './layout.js';

/** By version, from 1 on. */
export type Roots = ReadonlyMap<number, Buffer>;

const VERSION = /^[1-9]\d{0,9}$/;

/** All root files as they lie there, unchecked, the lowest first. */
export async function readRoots(bdist: string): Promise<Roots> {
  const names = (await listOptional(join(bdist, ROOTS))).filter((name) => VERSION.test(name));
  const versions = names.map(Number).toSorted((a, b) => a - b);
  const found = await Promise.all(versions.map((version) => readOptional(rootFilePath(bdist, version))));
  return new Map(versions.map((version, i) => [version, found[i] ?? Buffer.alloc(0)]));
}

/** Lays down what is missing or damaged. None is ever taken away: a board may sleep for years. */
export async function writeRoots(bdist: string, roots: Roots): Promise<void> {
  if (roots.size === 0) return;
  const there = await readRoots(bdist);
  const missing = [...roots].filter(([version, bytes]) => there.get(version)?.equals(bytes) !== true);
  if (missing.length === 0) return;
  await makeFolder(join(bdist, ROOTS));
  for (const [version, bytes] of missing) await writeAtomic(rootFilePath(bdist, version), bytes);
  await syncFolder(join(bdist, ROOTS));
}

/**
 * A folder that was published from a place where trust had gone on must not be signed with yesterday's keys.
 * @throws SoftOtaError root_version
 */
export async function checkNotAhead(bdist: string, version: number): Promise<void> {
  const newest = Math.max(0, ...(await readRoots(bdist)).keys());
  if (newest <= version) return;
  const message = `${bdist} holds root file ${newest}, the keys here end at ${version}: copy ${bdist}/root/* to keys/root/ first.`;
  throw new SoftOtaError('root_version', message);
}
