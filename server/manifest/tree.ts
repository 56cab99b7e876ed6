/** The tree digest: what a device has in its flash, in 16 digits (docs/protocol.md §4). */
import { createHash } from 'node:crypto';

/** What counts for a file that is missing. */
export const MISSING_FILE: Buffer = Buffer.alloc(32);

/** `hashes` in the order of the manifest, 32 raw bytes each, `MISSING_FILE` where there is none. */
export function treeDigest(hashes: readonly Buffer[]): string {
  const sum = createHash('sha256');
  for (const hash of hashes) sum.update(hash);
  return sum.digest('hex').slice(0, 16);
}
