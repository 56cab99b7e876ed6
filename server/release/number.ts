/** Which number a release gets. */
import { SoftOtaError } from '../errors.js';
import { U32_MAX } from '../signing/fields.js';

/**
 * Above every release before it, and in step with the clock, so that a second laptop's releases are newer too.
 * @param last the highest number published before, 0 if none
 * @param now Unix seconds
 * @param asked the number that the user wants
 * @throws SoftOtaError release_number
 */
export function nextNumber(last: number, now: number, asked?: number): number {
  const number = asked ?? Math.max(last + 1, now);
  if (number <= last) {
    throw new SoftOtaError('release_number', `Release ${number} is not above the last release, ${last}.`);
  }
  if (number > U32_MAX) throw new SoftOtaError('release_number', `Release ${number} is above ${U32_MAX}.`);
  return number;
}
