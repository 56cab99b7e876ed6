/** Checks a whole release folder, as somebody who trusts nothing in it: every head, manifest and blob. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { TEMPORARY } from '../fs/atomic-write.js';
import { listOptional } from '../fs/read-optional.js';
import type { Trust } from '../keys/trust.js';
import type { Head } from '../signing/head.js';
import { type Entry, parseManifest } from '../signing/manifest.js';
import type { Root } from '../signing/root.js';
import { verifyRoot, verifyTrusted } from '../signing/trust.js';
import { readBlob } from './blobs.js';
import { checkAbi, checkSameNumber, checkTotals } from './consistency.js';
import { readHeads, type StoredHead } from './heads.js';
import { ABI_FOLDER, BLOBS, NO_JEKYLL, ROOTS } from './layout.js';
import { readRoots } from './roots.js';

export interface Verified {
  /** The newest root file. */
  readonly root: Root;
  /** By ABI, lowest first; all of one release. */
  readonly heads: readonly Head[];
  /** Manifests and files, each counted once. */
  readonly blobs: number;
  /** Of these blobs. */
  readonly bytes: number;
  /** Sentences about what lies around and belongs to no release. */
  readonly warnings: readonly string[];
}

/** Sizes of the blobs that were found right, by their hex hashes. */
type Checked = Map<string, number>;

/**
 * Checks the release in `dir`, one thing after the other, up to the first fault.
 * @param trust the root files that are known; those of the folder have to follow from the first of them
 * @throws SoftOtaError release_missing, head_invalid, wrong_key, signature_invalid, threshold_unmet, epoch_wrong,
 *   root_version, root_invalid, manifest_invalid, blob_damaged or one of the path codes; the message names the place
 */
export async function verifyBdist(dir: string, trust: Trust): Promise<Verified> {
  const stored = (await readHeads(dir)).toSorted((a, b) => a.abi - b.abi);
  if (stored.length === 0) throw new SoftOtaError('release_missing', `There is no release in ${dir}.`);
  const root = await verifyRoots(dir, trust);
  const checked: Checked = new Map();
  const heads: Head[] = [];
  for (const head of stored) {
    heads.push(await naming(`ABI ${head.abi}`, () => verifySet(dir, head, root, checked)));
  }
  checkSameNumber(heads);
  return {
    root,
    heads,
    blobs: checked.size,
    bytes: [...checked.values()].reduce((sum, size) => sum + size, 0),
    warnings: await findStrays(dir, stored, checked, root),
  };
}

/** The newest root file, reached as a board would that sleeps since the first one. */
async function verifyRoots(dir: string, { history, current }: Trust): Promise<Root> {
  const [first = current] = history;
  let root = first;
  for (const [version, bytes] of await readRoots(dir)) {
    if (version > first.version) root = await naming(`root/${version}`, async () => verifyRoot(bytes, root));
    if (version === current.version && !bytes.equals(current.bytes)) {
      throw new SoftOtaError(
        'root_invalid',
        `root/${version} is another file than the one that is known here.`,
      );
    }
  }
  if (root.version >= current.version) return root;
  const message = `The root files of ${dir} end at ${root.version}; ${current.version} is known here.`;
  throw new SoftOtaError('root_version', message);
}

/** @throws SoftOtaError root_version: boards would not learn of the change, or ask for what is not there */
function checkRoot(head: Head, { version }: Root): void {
  if ((head.root ?? 0) === version) return;
  throw new SoftOtaError('root_version', `The head says "root ${head.root ?? 0}", the newest is ${version}.`);
}

async function verifySet(
  dir: string,
  { abi, bytes }: StoredHead,
  root: Root,
  checked: Checked,
): Promise<Head> {
  const head = verifyTrusted(bytes, root);
  checkAbi(head, abi);
  checkRoot(head, root);
  const manifest = await naming('manifest', () => verifyBlob(dir, head.manifest, checked));
  const entries = parseManifest(manifest);
  checkTotals(head, entries);
  for (const entry of entries) await naming(entry.path, () => verifyBlob(dir, entry, checked));
  return head;
}

/** The bytes of a blob that is as its hash and its size say. */
async function verifyBlob(
  dir: string,
  { sha256, size }: Pick<Entry, 'sha256' | 'size'>,
  checked: Checked,
): Promise<Buffer> {
  const hash = sha256.toString('hex');
  const bytes = await readBlob(dir, hash);
  if (bytes.length !== size) {
    throw new SoftOtaError('manifest_invalid', `Blob ${hash} has ${bytes.length} bytes, not ${size}.`);
  }
  checked.set(hash, size);
  return bytes;
}

/** Runs a step; an error out of it says where it was. */
async function naming<T>(where: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (!(cause instanceof SoftOtaError)) throw cause;
    throw new SoftOtaError(cause.code, `${where}: ${cause.message}`, { cause });
  }
}

async function findStrays(
  dir: string,
  heads: readonly StoredHead[],
  checked: Checked,
  root: Root,
): Promise<string[]> {
  const folders = heads.map(({ abi }) => String(abi));
  const known = new Set([BLOBS, NO_JEKYLL, ...(root.version === 0 ? [] : [ROOTS]), ...folders]);
  const strays = (await readdir(dir)).filter((name) => !known.has(name));
  for (const folder of folders) {
    const names = await readdir(join(dir, folder));
    strays.push(...names.filter((name) => name !== 'head').map((name) => `${folder}/${name}`));
  }
  const blobs = await listOptional(join(dir, BLOBS));
  strays.push(...blobs.filter((name) => !checked.has(name)).map((name) => `${BLOBS}/${name}`));
  return strays.toSorted().map(describeStray);
}

function describeStray(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith(TEMPORARY)) return `${path} was left half written; the next build sweeps it away.`;
  if (ABI_FOLDER.test(path)) return `${path}/ has no head.`;
  return path.startsWith(`${BLOBS}/`) ? `${path} is in no manifest.` : `${path} belongs to no release.`;
}
