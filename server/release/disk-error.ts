/** What the operating system says about a disk, as an error with a code. */
import { systemError } from '../fs/system-error.js';

/**
 * @param place what was written to, for the sentence
 * @returns disk_full, disk_failed or access_denied for an error of a system call, anything else as it is
 */
export function asDiskError(error: unknown, place: string): unknown {
  return systemError(error, place) ?? error;
}
