/** Whether a release says anything new. */
import { encodeHead, type Head } from '../signing/head.js';
import type { Claims } from './sets.js';

/** True when both say the same of the same sets, whatever their numbers, dates and signers. */
export function sameContent(wanted: readonly Claims[], published: readonly Head[]): boolean {
  const numbers = new Set(published.map((head) => head.release));
  return numbers.size === 1 && contentOf(wanted) === contentOf(published);
}

function contentOf(sets: readonly Claims[]): string {
  return sets.map(contentKey).toSorted().join('');
}

function contentKey({ abi, boards, python, set, manifest, inplace }: Claims): string {
  const fields = { abi, boards, python, set, manifest, ...(inplace === undefined ? {} : { inplace }) };
  return encodeHead({ ...fields, release: 1, created: 0, epoch: 0, keyIds: [NOBODY] }).toString('latin1');
}

const NOBODY = '0'.repeat(16);
