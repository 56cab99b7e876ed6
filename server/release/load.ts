/** Reads a whole release from its folder and checks every byte of it. */
import { SoftOtaError } from '../errors.js';
import { parseManifest } from '../signing/manifest.js';
import { readBlob, toServable } from './blobs.js';
import { checkAbi, checkSameNumber, checkTotals } from './consistency.js';
import { type CheckHead, readHeads, type StoredHead } from './heads.js';
import { type Blob, makeRelease, type Release, type SignedSet } from './release.js';
import type { Roots } from './roots.js';

/**
 * The release in `bdist`: heads checked by `check`, manifests and blobs by their hashes.
 * @param roots what is served beside it, checked before
 * @throws SoftOtaError release_missing, head_invalid, manifest_invalid or blob_damaged, and as `check`
 */
export async function loadRelease(bdist: string, check: CheckHead, roots?: Roots): Promise<Release> {
  return loadHeads(bdist, await readHeads(bdist), check, roots);
}

/** The release of these heads, with the manifests and blobs that lie in `bdist`. @throws SoftOtaError like `loadRelease` */
export async function loadHeads(
  bdist: string,
  stored: readonly StoredHead[],
  check: CheckHead,
  roots?: Roots,
): Promise<Release> {
  if (stored.length === 0) throw new SoftOtaError('release_missing', `There is no release in ${bdist}.`);
  const blobs = new Map<string, Blob>();
  const read = blobReader(bdist, blobs);
  const sets = await Promise.all(stored.map((head) => loadSet(head, check, read)));
  checkSameNumber(sets.map(({ head }) => head));
  return makeRelease(sets, blobs, roots);
}

type ReadBlob = (hash: Buffer, size: number) => Promise<Buffer>;

function blobReader(bdist: string, blobs: Map<string, Blob>): ReadBlob {
  return async (hash, size) => {
    const name = hash.toString('hex');
    const bytes = await readBlob(bdist, name);
    if (bytes.length !== size) {
      throw new SoftOtaError('manifest_invalid', `Blob ${name} has ${bytes.length} bytes, not ${size}.`);
    }
    blobs.set(name, toServable(bdist, name, bytes));
    return bytes;
  };
}

async function loadSet({ abi, bytes }: StoredHead, check: CheckHead, read: ReadBlob): Promise<SignedSet> {
  const head = check(bytes);
  checkAbi(head, abi);
  const entries = parseManifest(await read(head.manifest.sha256, head.manifest.size));
  checkTotals(head, entries);
  for (const { sha256, size } of entries) await read(sha256, size);
  return { head, bytes, entries };
}
