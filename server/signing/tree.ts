/** The tree digest: what a device has in its flash, in 16 digits (docs/protocol.md §4). */
import { createHash } from 'node:crypto';
import { encodeHash } from './fields.js';

/** `hashes` in the order of the manifest, 32 raw bytes each; a file that is missing is left out. */
export function treeDigest(hashes: readonly Buffer[]): string {
  const sum = createHash('sha256');
  for (const hash of hashes) sum.update(encodeHash(hash), 'latin1');
  return sum.digest('hex').slice(0, 16);
}
