/** From a compiled set to its manifest, its blobs and what its head will say. */
import type { AbiSet } from '../build/compile/build-tree.js';
import type { Project } from '../build/project.js';
import type { HeadFields } from '../signing/head.js';
import { type Entry, encodeManifest } from '../signing/manifest.js';
import type { RootFields } from '../signing/root.js';
import { setTotals } from '../signing/totals.js';
import { sha256 } from './release.js';

/** All that a head says but when it was made and until when it holds. */
export type Claims = Omit<HeadFields, 'release' | 'created' | 'expires' | 'downgrade'>;

export interface DescribedSet {
  readonly claims: Claims;
  readonly entries: readonly Entry[];
  /** The manifest and the files, by their hex hashes. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/**
 * @param root the newest root file
 * @throws SoftOtaError with one of the path codes, for a set that no device may get
 */
export function describeSet(
  { abi, files }: AbiSet,
  project: Project,
  { version, epoch }: Pick<RootFields, 'version' | 'epoch'>,
): DescribedSet {
  const blobs = new Map(files.map(({ bytes }) => [sha256(bytes).toString('hex'), bytes]));
  const entries = files.map(({ path, bytes }) => ({ path, size: bytes.length, sha256: sha256(bytes) }));
  const bytes = encodeManifest(entries);
  const manifest = { size: bytes.length, sha256: sha256(bytes) };
  blobs.set(manifest.sha256.toString('hex'), bytes);
  const { boards, python, inplace } = project;
  const claims: Claims = {
    abi,
    epoch,
    boards,
    python: python[abi],
    set: setTotals(entries),
    manifest,
    ...(version === 0 ? {} : { root: version }),
    ...(inplace ? { inplace } : {}),
  };
  return { claims, entries, blobs };
}
