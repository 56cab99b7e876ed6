/** The content store on disk: files that are named by their own SHA-256, and so can always be checked. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { listIfThere, readIfThere } from './if-there.js';
import { BLOBS, blobPath, HEX_HASH, TEMPORARY } from './layout.js';
import { type Blob, sha256 } from './release.js';
import { LARGEST_IN_MEMORY } from './releases.js';
import { makeFolder, syncFolder, writeWhole } from './write.js';

/**
 * Reads a blob and checks it.
 * @throws SoftOtaError blob_damaged when it is missing, cut short or edited
 */
export async function readBlob(bdist: string, hash: string): Promise<Buffer> {
  const bytes = await readIfThere(blobPath(bdist, hash));
  if (bytes === undefined) throw new SoftOtaError('blob_damaged', `Blob ${hash} is missing.`);
  if (sha256(bytes).toString('hex') === hash) return bytes;
  throw new SoftOtaError('blob_damaged', `Blob ${hash} has other bytes than its name says.`);
}

/** Lays down the blobs that are missing or damaged, and no other. */
export async function writeBlobs(bdist: string, blobs: ReadonlyMap<string, Blob>): Promise<void> {
  await makeFolder(join(bdist, BLOBS));
  const written = await Promise.all([...blobs].map(([hash, blob]) => writeBlob(bdist, hash, blob)));
  if (written.includes(true)) await syncFolder(join(bdist, BLOBS));
}

async function writeBlob(bdist: string, hash: string, blob: Blob): Promise<boolean> {
  if (!Buffer.isBuffer(blob)) return false;
  const path = blobPath(bdist, hash);
  if (holds(path, blob)) return false;
  await writeWhole(path, blob);
  return true;
}

/** True when the file has exactly these bytes. */
function holds(path: string, bytes: Buffer): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}

/** Removes what no release names any more, and what a crash left behind. */
export async function sweepBlobs(bdist: string, keep: ReadonlyMap<string, Blob>): Promise<void> {
  const names = await listIfThere(join(bdist, BLOBS));
  const gone = names.filter((name) => isOurs(name) && !keep.has(name));
  await Promise.all(gone.map((name) => rm(blobPath(bdist, name), { force: true })));
}

function isOurs(name: string): boolean {
  return HEX_HASH.test(name) || name.startsWith(TEMPORARY);
}

/** What stays of a blob once it lies in `bdist`: its bytes, or where they are when they are too many for memory. */
export function settle(bdist: string, hash: string, blob: Blob): Blob {
  if (!Buffer.isBuffer(blob) || blob.length <= LARGEST_IN_MEMORY) return blob;
  return { path: blobPath(bdist, hash), size: blob.length };
}
