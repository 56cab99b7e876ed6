/** The content store on disk: files that are named by their own SHA-256, and so can always be checked. */
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { makeFolder, syncFolder, TEMPORARY, writeAtomic } from '../fs/atomic-write.js';
import { listOptional, readOptional } from '../fs/read-optional.js';
import { BLOBS, blobPath, HEX_HASH } from './layout.js';
import { type Blob, sha256 } from './release.js';
import { MAX_IN_MEMORY } from './releases.js';

/**
 * Reads a blob and checks it.
 * @throws SoftOtaError blob_damaged when it is missing, cut short or edited
 */
export async function readBlob(bdist: string, hash: string): Promise<Buffer> {
  const bytes = await readOptional(blobPath(bdist, hash));
  if (bytes === undefined) throw new SoftOtaError('blob_damaged', `Blob ${hash} is missing.`);
  if (sha256(bytes).toString('hex') === hash) return bytes;
  throw new SoftOtaError('blob_damaged', `Blob ${hash} has other bytes than its name says.`);
}

/** Lays down the blobs that are missing or damaged, and no other. */
export async function writeBlobs(bdist: string, blobs: ReadonlyMap<string, Blob>): Promise<void> {
  await makeFolder(join(bdist, BLOBS));
  const missing = [...blobs].filter((entry): entry is [string, Buffer] => isMissing(bdist, ...entry));
  for (let i = 0; i < missing.length; i += CONCURRENCY) {
    const some = missing.slice(i, i + CONCURRENCY);
    await allEnded(some.map(([hash, blob]) => writeAtomic(blobPath(bdist, hash), blob)));
  }
  if (missing.length > 0) await syncFolder(join(bdist, BLOBS));
}

/** Each is an open file, of which a process may have a few hundred only. */
const CONCURRENCY = 32;

/** Fails when one of them does, but not before all have ended: whoever tries again must not meet the last ones of this try. */
async function allEnded(running: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(running)) {
    if (result.status === 'rejected') throw result.reason;
  }
}

function isMissing(bdist: string, hash: string, blob: Blob): boolean {
  return Buffer.isBuffer(blob) && !holds(blobPath(bdist, hash), blob);
}

/** What a link leads to may change without anything changing here, and a pipe would be waited at for ever. */
const READ_FILE = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** True when the file has exactly these bytes. */
function holds(path: string, bytes: Buffer): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, READ_FILE);
    return readFileSync(file).equals(bytes);
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Removes what no release names any more, and what a crash left behind. */
export async function pruneBlobs(bdist: string, keep: ReadonlyMap<string, Blob>): Promise<void> {
  const names = await listOptional(join(bdist, BLOBS));
  const gone = names.filter((name) => isOurs(name) && !keep.has(name));
  await allEnded(gone.map((name) => rm(blobPath(bdist, name), { force: true })));
}

function isOurs(name: string): boolean {
  return HEX_HASH.test(name) || name.startsWith(TEMPORARY);
}

/** What stays of a blob once it lies in `bdist`: its bytes, or where they are when they are too many for memory. */
export function toServable(bdist: string, hash: string, blob: Blob): Blob {
  if (!Buffer.isBuffer(blob) || blob.length <= MAX_IN_MEMORY) return blob;
  return { path: blobPath(bdist, hash), size: blob.length };
}
