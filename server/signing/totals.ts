/** The `set` line of a head: what a whole set takes on a device, to be compared with its flash before anything is fetched. */
import type { Entry } from './manifest.js';

export interface Totals {
  readonly files: number;
  /** Sum of the sizes. */
  readonly bytes: number;
  /** 4096-byte blocks that the files take one by one; an empty file takes one. */
  readonly blocks: number;
}

const BLOCK = 4096;

/** The totals of a set, as the head has to state them. */
export function setTotals(entries: readonly Pick<Entry, 'size'>[]): Totals {
  let bytes = 0;
  let blocks = 0;
  for (const { size } of entries) {
    bytes += size;
    blocks += Math.max(1, Math.ceil(size / BLOCK));
  }
  return { files: entries.length, bytes, blocks };
}
