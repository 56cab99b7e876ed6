/** What a release asks a board to fetch: all files of a set at most, and exactly which where the server still holds what the board has. */
import type { ServedHead } from '../release/release.js';

export interface Offer {
  /** Hex hashes of the files of the whole set. */
  readonly blobs: ReadonlySet<string>;
  /** How many of them differ from what the board has; undefined where the server does not know that. */
  readonly lacks: number | undefined;
  /** False for a head that was only signed anew. */
  readonly needsManifest: boolean;
}

/** @param had the set that the board has, file by file; undefined when that is not known */
export function offerOf(head: ServedHead, had: ServedHead | undefined): Offer {
  const blobs = blobsOf(head);
  if (had === undefined) return { blobs, lacks: undefined, needsManifest: true };
  return { blobs, lacks: countChanges(head, had), needsManifest: head.manifest !== had.manifest };
}

const known = new WeakMap<ServedHead, ReadonlySet<string>>();

function blobsOf(head: ServedHead): ReadonlySet<string> {
  const found = known.get(head) ?? new Set(head.entries.map(({ sha256 }) => sha256.toString('hex')));
  known.set(head, found);
  return found;
}

/** Ten thousand boards that ask after a power cut have the same few releases. */
const counted = new WeakMap<ServedHead, WeakMap<ServedHead, number>>();

function countChanges(head: ServedHead, had: ServedHead): number {
  const counts = counted.get(head) ?? new WeakMap<ServedHead, number>();
  counted.set(head, counts);
  const count = counts.get(had) ?? changes(head, had);
  counts.set(had, count);
  return count;
}

function changes({ entries }: ServedHead, had: ServedHead): number {
  const old = new Map(had.entries.map(({ path, sha256 }) => [path, sha256]));
  const differs = entries.filter(({ path, sha256 }) => old.get(path)?.equals(sha256) !== true);
  return new Set(differs.map(({ sha256 }) => sha256.toString('hex'))).size;
}
