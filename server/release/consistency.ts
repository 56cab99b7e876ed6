/** What the heads of a folder and their manifests have to agree on, beyond their signatures and hashes. */
import { SoftOtaError } from '../errors.js';
import type { Head } from '../signing/head.js';
import type { Entry } from '../signing/manifest.js';
import { setTotals } from '../signing/totals.js';

/** @throws SoftOtaError head_invalid when a head lies under the address of another ABI */
export function checkAbi(head: Head, abi: number): void {
  if (head.abi === abi) return;
  throw new SoftOtaError('head_invalid', `The head under /${abi} says that it is for ABI ${head.abi}.`);
}

/**
 * One release, one number: anything else is a publish that was cut short between two heads.
 * @throws SoftOtaError head_invalid
 */
export function checkSameNumber(heads: readonly Head[]): void {
  const numbers = new Set(heads.map((head) => head.release));
  if (numbers.size <= 1) return;
  throw new SoftOtaError('head_invalid', `The heads name different releases: ${[...numbers].join(', ')}.`);
}

/** @throws SoftOtaError manifest_invalid when the head counts the files, bytes or blocks of the set wrongly */
export function checkTotals({ set }: Head, entries: readonly Entry[]): void {
  const { files, bytes, blocks } = setTotals(entries);
  if (files === set.files && bytes === set.bytes && blocks === set.blocks) return;
  const says = `${set.files} ${set.bytes} ${set.blocks}`;
  const message = `The head says "set ${says}", the manifest makes ${files} ${bytes} ${blocks}.`;
  throw new SoftOtaError('manifest_invalid', message);
}
