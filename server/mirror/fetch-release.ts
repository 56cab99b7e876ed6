/** Fetches a release from a source and checks every byte of it; nothing of it is kept when anything is wrong. */
import { SoftOtaError } from '../errors.js';
import { checkAbi, checkSameNumber, checkTotals } from '../release/consistency.js';
import type { CheckHead } from '../release/heads.js';
import { type Blob, makeRelease, type Release, type SignedSet, sha256 } from '../release/release.js';
import { MAX_HEAD } from '../signing/envelope.js';
import type { Head } from '../signing/head.js';
import { type Entry, parseManifest } from '../signing/manifest.js';
import type { Source } from './source.js';

/** The .mpy versions that exist; a source has those that it was built for. */
const ABIS = [6, 5];
/** Far above what any board can hold; a source must not fill this server's memory either. */
const MAX_MANIFEST = 1024 * 1024;
const MAX_SET = 64 * 1024 * 1024;

export interface FetchedHead {
  readonly head: Head;
  readonly bytes: Buffer;
}

/** The heads that the source has now; cheap enough to ask again and again. */
export async function fetchHeads(source: Source, check: CheckHead): Promise<FetchedHead[]> {
  const heads: FetchedHead[] = [];
  for (const abi of ABIS) {
    const bytes = await source.get(`${abi}/head`, MAX_HEAD);
    if (bytes === undefined) continue;
    const head = check(bytes);
    checkAbi(head, abi);
    heads.push({ head, bytes });
  }
  if (heads.length === 0) throw new SoftOtaError('mirror_failed', `There is no release at ${source.name}.`);
  checkSameNumber(heads.map(({ head }) => head));
  return heads;
}

/** A blob that is here already, so that only what is new travels. */
export type Known = (hash: string) => Promise<Buffer | undefined>;

/** @throws SoftOtaError mirror_failed or manifest_invalid */
export async function fetchRelease(
  heads: readonly FetchedHead[],
  source: Source,
  known: Known,
): Promise<Release> {
  const blobs = new Map<string, Blob>();
  const fetchOnce = async ({ size, sha256: hash }: Pick<Entry, 'size' | 'sha256'>) => {
    const name = hash.toString('hex');
    const bytes = (await known(name)) ?? (await fetchBlob(source, name, size));
    blobs.set(name, bytes);
    return bytes;
  };
  const sets: SignedSet[] = [];
  for (const { head, bytes } of heads) {
    checkSize(head);
    const entries = parseManifest(await fetchOnce(head.manifest));
    checkTotals(head, entries);
    for (const entry of entries) await fetchOnce(entry);
    sets.push({ head, bytes, entries });
  }
  return makeRelease(sets, blobs);
}

function checkSize({ manifest, set }: Head): void {
  if (manifest.size <= MAX_MANIFEST && set.bytes <= MAX_SET) return;
  throw new SoftOtaError('mirror_failed', 'The release is larger than a mirror takes.');
}

async function fetchBlob(source: Source, hash: string, size: number): Promise<Buffer> {
  const bytes = await source.get(`blobs/${hash}`, size);
  if (bytes !== undefined && sha256(bytes).toString('hex') === hash) return bytes;
  const fault = bytes === undefined ? 'is missing' : 'has other bytes than its name says';
  throw new SoftOtaError('mirror_failed', `Blob ${hash} at ${source.name} ${fault}.`);
}
