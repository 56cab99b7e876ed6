/** Whose signatures a head is to carry. Pure. */
import { SoftOtaError } from '../errors.js';
import { type RootFields, type RootKey, releaseKeys } from './root.js';

/**
 * All keys that are here, and when they are too few for the threshold, others that will sign elsewhere; in the order of the
 * root file, so that every computer names them the same way.
 * @param here ids of the private keys on this computer, each a release key of `root`
 * @param cosigners ids of those elsewhere; without them the first ones in the root file
 * @throws SoftOtaError key_untrusted for a cosigner that is no release key
 */
export function headSigners(
  root: RootFields,
  here: readonly string[],
  cosigners: readonly string[] = [],
): RootKey[] {
  const keys = releaseKeys(root);
  const stranger = cosigners.find((id) => !keys.some(({ keyId }) => keyId === id));
  if (stranger !== undefined) {
    throw new SoftOtaError('key_untrusted', `${stranger} is no release key of root file ${root.version}.`);
  }
  const wanted = new Set([...ofOneSize(keys, here), ...cosigners]);
  for (const { keyId } of keys) if (wanted.size < root.threshold) wanted.add(keyId);
  return keys.filter(({ keyId }) => wanted.has(keyId));
}

/** Keys of different sizes cannot sign one head; the first key here decides. */
function ofOneSize(keys: readonly RootKey[], here: readonly string[]): string[] {
  const own = keys.filter(({ keyId }) => here.includes(keyId));
  return own.filter(({ modulus }) => modulus.length === own[0]?.modulus.length).map(({ keyId }) => keyId);
}

/** True when these ids can sign a head that boards take. */
export function isQuorum(root: RootFields, ids: readonly string[]): boolean {
  const keys = releaseKeys(root);
  const distinct = new Set(ids);
  return distinct.size >= root.threshold && ids.every((id) => keys.some(({ keyId }) => keyId === id));
}
