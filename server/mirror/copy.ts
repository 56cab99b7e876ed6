/** One look at the source: what is new there is fetched whole, laid into the own folder and served. */
import { hasCode, SoftOtaError } from '../errors.js';
import { readBlob } from '../release/blobs.js';
import type { Release } from '../release/release.js';
import type { Releases } from '../release/releases.js';
import { writeRelease } from '../release/write-release.js';
import { type FetchedHead, fetchHeads, fetchRelease } from './fetch-release.js';
import type { Source } from './source.js';
import { type MirrorTrust, withTrust } from './trust.js';

export interface CopyDeps {
  readonly source: Source;
  readonly trust: MirrorTrust;
  /** The own copy. Its lock must be held. */
  readonly bdist: string;
  readonly releases: Releases;
}

/**
 * @returns the release that was new, undefined when the source has what is served already
 * @throws SoftOtaError mirror_failed, or what is wrong with the release; the last good copy is served as before
 */
export async function copyRelease({
  source,
  trust,
  bdist,
  releases,
}: CopyDeps): Promise<Release | undefined> {
  const heads = await withTrust(trust, source, () => fetchHeads(source, (bytes) => trust.check(bytes)));
  if (isServed(heads, releases.current)) return undefined;
  refuseOlder(heads, releases.current);
  const fetched = await fetchRelease(heads, source, (hash) => readKnown(bdist, hash));
  const release = await writeRelease(bdist, { ...fetched, roots: trust.roots });
  releases.activate(release);
  return release;
}

function isServed(heads: readonly FetchedHead[], current: Release | undefined): boolean {
  if (current?.heads.size !== heads.length) return false;
  return heads.every(({ head, bytes }) => current.heads.get(head.abi)?.bytes.equals(bytes));
}

/** Devices refuse a rollback, so a mirror that followed it would only keep them from what they could still get. */
function refuseOlder(heads: readonly FetchedHead[], current: Release | undefined): void {
  const [offered] = heads;
  const [held] = current?.heads.values() ?? [];
  if (offered === undefined || held === undefined) return;
  const { epoch, release, downgrade = 0 } = offered.head;
  if (epoch > held.head.epoch || Math.max(release, downgrade) >= held.head.release) return;
  const message = `The source has release ${release}, which is older than ${held.head.release} here.`;
  throw new SoftOtaError('mirror_failed', message);
}

async function readKnown(bdist: string, hash: string): Promise<Buffer | undefined> {
  try {
    return await readBlob(bdist, hash);
  } catch (error) {
    if (hasCode(error, 'blob_damaged')) return undefined;
    throw error;
  }
}
