/** Root files for tests. */

import { signAvailable } from '../../server/signing/cosign.js';
import { nextRoot, type RootChange } from '../../server/signing/next-root.js';
import { encodeRoot, firstRoot, type RootFields } from '../../server/signing/root.js';
import type { MadeKey } from './made-key.js';

export const NOTHING: RootChange = { add: [], addRoot: [], remove: [], newEpoch: false };

/** The file with these fields, signed by these keys. */
export function encodeSigned(fields: RootFields, ...keys: MadeKey[]): Buffer {
  const body = encodeRoot(
    fields,
    keys.map(({ signer }) => signer.keyId),
  );
  return signAvailable(
    body,
    keys.map(({ publicKey }) => publicKey),
    keys.map(({ signer }) => signer),
  );
}

/** The file after `current`, which is the first one of `key` when it is not given; signed by `key` and the others. */
export function signRoot(
  key: MadeKey,
  change: Partial<RootChange>,
  current: RootFields = firstRoot(key.publicKey),
  ...others: MadeKey[]
): Buffer {
  return encodeSigned(nextRoot(current, { ...NOTHING, ...change }), key, ...others);
}
