/** Whether a release says anything new. */
import { encodeHead, type Head } from '../manifest/head.js';

/** True when both say the same of the same sets, whatever their numbers and dates. */
export function sameContent(wanted: readonly Head[], published: readonly Head[]): boolean {
  const numbers = new Set(published.map((head) => head.release));
  return numbers.size === 1 && contentOf(wanted) === contentOf(published);
}

function contentOf(heads: readonly Head[]): string {
  const timeless = heads.map((head) => encodeHead({ ...head, release: 1, created: 0 }).toString('latin1'));
  return timeless.toSorted().join('');
}
