/** The heads in a release folder. */
import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../errors.js';
import { makeFolder, stage, syncFolder, TEMPORARY } from '../fs/atomic-write.js';
import { listOptional, readOptional } from '../fs/read-optional.js';
import { type Head, parseHead } from '../signing/head.js';
import { ABI_FOLDER, headPath } from './layout.js';
import type { ServedHead } from './release.js';

/** Reads a head and says whether it may be believed; throws when not. */
export type CheckHead = (bytes: Buffer) => Head;

export interface StoredHead {
  readonly abi: number;
  readonly bytes: Buffer;
}

/** All heads as they lie there, unchecked; none when the folder does not exist. */
export async function readHeads(bdist: string): Promise<StoredHead[]> {
  const found = await Promise.all((await abiFolders(bdist)).map((abi) => readHead(bdist, abi)));
  return found.filter((head) => head !== undefined);
}

async function readHead(bdist: string, abi: number): Promise<StoredHead | undefined> {
  const bytes = await readOptional(headPath(bdist, abi));
  return bytes === undefined ? undefined : { abi, bytes };
}

async function abiFolders(bdist: string): Promise<number[]> {
  return (await listOptional(bdist)).filter((name) => ABI_FOLDER.test(name)).map(Number);
}

/**
 * Writes the heads beside the old ones; every blob that they name MUST be on disk before.
 * @returns for each one that is new, what puts it in place by a rename: a device asks for one ABI and so sees either its old
 *   head or its new one
 */
export async function stageHeads(
  bdist: string,
  heads: ReadonlyMap<number, ServedHead>,
): Promise<(() => Promise<void>)[]> {
  const puts: (() => Promise<void>)[] = [];
  for (const [abi, { bytes }] of heads) {
    const folder = join(bdist, String(abi));
    await makeFolder(folder);
    if ((await readOptional(headPath(bdist, abi)))?.equals(bytes) === true) continue;
    const put = await stage(headPath(bdist, abi), bytes);
    puts.push(() => put().then(() => syncFolder(folder)));
  }
  return puts;
}

/** Takes away the heads of ABIs that the release has no longer, and what a crash left behind. */
export async function pruneHeads(bdist: string, keep: ReadonlyMap<number, ServedHead>): Promise<void> {
  for (const abi of await abiFolders(bdist)) {
    await rm(join(bdist, String(abi), `${TEMPORARY}head`), { force: true });
    if (keep.has(abi)) continue;
    await rm(headPath(bdist, abi), { force: true });
    // Whatever else somebody laid there stays, and the folder with it.
    await rmdir(join(bdist, String(abi))).catch(() => undefined);
  }
}

/**
 * The highest release number that boards can have, after any readable head of this epoch, believed or not; 0 when there
 * is none. In a new epoch numbers begin anew.
 */
export function highestNumber(heads: readonly StoredHead[], epoch: number): number {
  return Math.max(0, ...heads.map(({ bytes }) => readNumber(bytes, epoch)));
}

function readNumber(bytes: Buffer, epoch: number): number {
  try {
    const { head } = parseHead(bytes);
    return head.epoch === epoch ? Math.max(head.release, head.downgrade ?? 0) : 0;
  } catch (error) {
    if (hasCode(error, 'head_invalid')) return 0;
    throw error;
  }
}
