/** Whom the boards of a project trust: the root files in keys/root/, or without any the one key itself. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import type { PublicKey } from '../signing/public-key.js';
import { firstRoot, parseRoot, type Root } from '../signing/root.js';
import { verifyRoot } from '../signing/trust.js';
import { errnoOf } from './files.js';

export interface Trust {
  /** Every root file from the first one on; at least one. */
  readonly history: readonly Root[];
  /** The newest one. */
  readonly current: Root;
}

/** Public, and worth committing: a clone without it would sign for boards that have gone on. */
export const ROOT_FOLDER = 'root';
const VERSION = /^(?:0|[1-9]\d{0,9})$/;

/**
 * Reads the root files in `dir`/root and checks each against the one before. The lowest is believed because it is there.
 * @param own the key that is trusted when there are no root files: asked only then
 * @throws SoftOtaError as `verifyRoot`, and as `own`
 */
export async function readTrust(dir: string, own: () => Promise<PublicKey> | PublicKey): Promise<Trust> {
  const versions = await listVersions(join(dir, ROOT_FOLDER));
  const [lowest, ...others] = versions;
  if (lowest === undefined) return trustFrom(firstRoot(await own()));
  const first = await naming(rootPath(dir, lowest), (bytes) => parseRoot(bytes));
  if (first.version !== lowest) {
    throw new SoftOtaError('root_invalid', `${rootPath(dir, lowest)} is root file ${first.version}.`);
  }
  const history = [first];
  for (const version of others) {
    history.push(await naming(rootPath(dir, version), (bytes) => verifyRoot(bytes, history.at(-1) ?? first)));
  }
  return { history, current: history.at(-1) ?? first };
}

export function trustFrom(root: Root): Trust {
  return { history: [root], current: root };
}

export function rootPath(dir: string, version: number): string {
  return join(dir, ROOT_FOLDER, String(version));
}

async function listVersions(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => VERSION.test(name))
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Errors about a root file name it. */
async function naming(path: string, read: (bytes: Buffer) => Root): Promise<Root> {
  try {
    return read(await readFile(path));
  } catch (cause) {
    if (!(cause instanceof SoftOtaError)) throw cause;
    throw new SoftOtaError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}

/** What is published beside the releases. Nobody asks for the first file of all: it lies on every board. */
export function servedRoots({ history }: Trust): ReadonlyMap<number, Buffer> {
  const later = history.filter(({ version }) => version > 0);
  return new Map(later.map(({ version, bytes }) => [version, bytes]));
}
