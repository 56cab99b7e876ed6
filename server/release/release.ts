/** A release as the server holds it: the signed heads as bytes, and every blob by its hash. */
import { createHash } from 'node:crypto';
import type { Head } from '../signing/head.js';
import type { Entry } from '../signing/manifest.js';
import { treeDigest } from '../signing/tree.js';
import type { Roots } from './roots.js';

/** A blob that is too large for memory: read from disk for every answer, its hash checked on the way. */
export interface LargeBlob {
  readonly path: string;
  readonly size: number;
}
export type Blob = Buffer | LargeBlob;

export interface ServedHead {
  readonly head: Head;
  /** The exact bytes, signature included. */
  readonly bytes: Buffer;
  /** The same, one character for each byte. */
  readonly text: string;
  /** SHA-256 of `bytes`, for the freshness MAC. */
  readonly hash: Buffer;
  readonly entries: readonly Entry[];
  /** Hex hash of the manifest. */
  readonly manifest: string;
  /** What a device reports as `tree` when its files are exactly this set. */
  readonly tree: string;
}

export interface Release {
  readonly number: number;
  readonly keyIds: readonly string[];
  readonly heads: ReadonlyMap<number, ServedHead>;
  readonly blobs: ReadonlyMap<string, Blob>;
  /** How trust changed until now. */
  readonly roots: Roots;
}

export interface SignedSet {
  readonly head: Head;
  readonly bytes: Buffer;
  readonly entries: readonly Entry[];
}

/** Puts a release together from at least one signed set and the blobs that the sets and their manifests name. */
export function makeRelease(
  sets: readonly SignedSet[],
  blobs: ReadonlyMap<string, Blob>,
  roots: Roots = new Map(),
): Release {
  const heads = new Map(sets.map((set) => [set.head.abi, serve(set)]));
  const [first] = sets;
  return { number: first?.head.release ?? 0, keyIds: first?.head.keyIds ?? [], heads, blobs, roots };
}

function serve({ head, bytes, entries }: SignedSet): ServedHead {
  const manifest = head.manifest.sha256.toString('hex');
  const tree = treeDigest(entries.map((entry) => entry.sha256));
  return { head, bytes, text: bytes.toString('latin1'), entries, hash: sha256(bytes), manifest, tree };
}

export function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** In bytes. */
export function blobSize(blob: Blob): number {
  return Buffer.isBuffer(blob) ? blob.length : blob.size;
}
