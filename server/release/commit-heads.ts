/** The heads of all .mpy versions change together, although each is a file of its own. */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { makeFolder, syncFolder, writeAtomic } from '../fs/atomic-write.js';
import { readOptional } from '../fs/read-optional.js';
import { asDiskError } from './disk-error.js';
import { type CheckHead, pruneHeads, type StoredHead, stageHeads } from './heads.js';
import { statePath } from './layout.js';
import { loadHeads } from './load.js';
import type { Release } from './release.js';

/**
 * Puts the heads in place, and takes away those of other .mpy versions. Before the first one changes, all of them are written
 * down beside the folder, so that what ends between two of them is finished later. Every blob that they name MUST be on disk.
 */
export async function commitHeads(bdist: string, { heads }: Release): Promise<void> {
  const record = statePath(bdist, 'heads');
  const puts = await stageHeads(bdist, heads);
  if (puts.length > 0) {
    await makeFolder(dirname(record));
    await writeAtomic(record, encode([...heads].map(([abi, { bytes }]) => ({ abi, bytes }))));
    await syncFolder(dirname(record));
  }
  for (const put of puts) await put();
  await pruneHeads(bdist, heads);
  await rm(record, { force: true });
}

/**
 * Finishes what a process that was killed had begun, so that the folder holds one whole release again. To be called with the
 * folder's lock held, before its heads are read. What does not fit the folder any more, or is not trusted, is dropped.
 */
export async function finishCommit(bdist: string, check: CheckHead): Promise<void> {
  const record = statePath(bdist, 'heads');
  const bytes = await readOptional(record);
  if (bytes === undefined) return;
  const release = await loadHeads(bdist, decode(bytes), check).catch(asNothing);
  if (release === undefined) await rm(record, { recursive: true, force: true });
  // Without room it is finished another time.
  else await commitHeads(bdist, release).catch((error: unknown) => asNothing(asDiskError(error, bdist)));
}

function asNothing(error: unknown): undefined {
  if (!(error instanceof SoftOtaError)) throw error;
}

function encode(heads: readonly StoredHead[]): Buffer {
  const texts = heads.map(({ abi, bytes }) => [abi, bytes.toString('base64')]);
  return Buffer.from(JSON.stringify(Object.fromEntries(texts)));
}

function decode(record: Buffer): StoredHead[] {
  try {
    const texts: Record<string, string> = JSON.parse(record.toString());
    return Object.entries(texts).map(([abi, text]) => ({
      abi: Number(abi),
      bytes: Buffer.from(text, 'base64'),
    }));
  } catch {
    return [];
  }
}
