/** Lays a release into its folder so that whoever reads it, at any moment and after any crash, sees whole heads only. */
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, syncFolder, TEMPORARY, writeAtomic } from '../fs/atomic-write.js';
import { listOptional, readOptional } from '../fs/read-optional.js';
import { pruneBlobs, toServable, writeBlobs } from './blobs.js';
import { commitHeads } from './commit-heads.js';
import { asDiskError } from './disk-error.js';
import { stageHeads } from './heads.js';
import { NO_JEKYLL, statePath } from './layout.js';
import type { Release } from './release.js';
import { writeRoots } from './roots.js';

/**
 * Makes `bdist` hold exactly this release; bytes that are there already are not written again. The folder's lock must be held.
 * A new folder appears complete, by rename. In one that is in use, blobs and root files come first, then heads, then old blobs go.
 * @returns the release as it can be served from now on, its large blobs on disk
 * @throws SoftOtaError disk_full or disk_failed; what was there before is whole and still there
 */
export async function writeRelease(bdist: string, release: Release): Promise<Release> {
  try {
    return await write(bdist, release);
  } catch (error) {
    throw asDiskError(error, bdist);
  }
}

async function write(bdist: string, release: Release): Promise<Release> {
  if (!(await createFolder(bdist, release))) await writeInPlace(bdist, release, commitHeads);
  await rm(statePath(bdist, 'new'), { recursive: true, force: true });
  const blobs = [...release.blobs].map(([hash, blob]) => [hash, toServable(bdist, hash, blob)] as const);
  return { ...release, blobs: new Map(blobs) };
}

async function createFolder(bdist: string, release: Release): Promise<boolean> {
  if ((await listOptional(bdist)).length > 0) return false;
  const staged = statePath(bdist, 'new');
  await rm(staged, { recursive: true, force: true });
  await writeInPlace(staged, release, writeAll);
  return moved(staged, bdist);
}

/** False where a folder cannot be moved to, as onto the mount point of a container. */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await makeFolder(dirname(to));
    await rename(from, to);
  } catch {
    return false;
  }
  await syncFolder(dirname(to));
  return true;
}

type PutHeads = (folder: string, release: Release) => Promise<void>;

/** Nobody looks into a folder that has not appeared yet. */
const writeAll: PutHeads = async (folder, { heads }) => {
  for (const put of await stageHeads(folder, heads)) await put();
};

async function writeInPlace(folder: string, release: Release, putHeads: PutHeads): Promise<void> {
  await makeFolder(folder);
  await writeBlobs(folder, release.blobs);
  const marker = join(folder, NO_JEKYLL);
  if ((await readOptional(marker)) === undefined) await writeAtomic(marker, Buffer.alloc(0));
  await writeRoots(folder, release.roots);
  await putHeads(folder, release);
  await pruneBlobs(folder, release.blobs);
  await rm(join(folder, TEMPORARY + NO_JEKYLL), { force: true });
}
