/** What the operating system says about a disk, as an error with a code. */
import { SoftOtaError } from '../errors.js';

const FULL = ['ENOSPC', 'EDQUOT'];

/**
 * @param place what was written to, for the sentence
 * @returns disk_full or disk_failed for an error of a system call, anything else as it is
 */
export function asDiskError(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const full = FULL.includes(String(error.code));
  const message = full ? `There is no room for ${place}.` : `${place}: ${error.message}.`;
  return new SoftOtaError(full ? 'disk_full' : 'disk_failed', message, { cause: error });
}
