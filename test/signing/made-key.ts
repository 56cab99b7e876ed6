/** Throw-away keys for tests, and heads to sign with them. */
import { constants, type KeyObject, sign } from 'node:crypto';
import type { HeadFields } from '../../server/signing/head.js';
import { type PublicKey, publicKeyOf } from '../../server/signing/public-key.js';
import type { Signer } from '../../server/signing/sign.js';
import { readyKey } from '../keys/ready.js';

export interface MadeKey {
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
  readonly signer: Signer;
}

let made = 0;

/** One that this process does not have yet. */
export function makeKey(modulusLength = 2048): MadeKey {
  const privateKey = readyKey(String(made++), modulusLength);
  const publicKey = publicKeyOf(privateKey);
  const padding = constants.RSA_PKCS1_PADDING;
  const signer: Signer = {
    keyId: publicKey.keyId,
    sign: (body) => sign('sha256', body, { key: privateKey, padding }),
  };
  return { privateKey, publicKey, signer };
}

export const FIELDS: HeadFields = {
  release: 1763692800,
  epoch: 0,
  abi: 6,
  boards: ['s20', 's31'],
  python: '1.19',
  created: 1763692741,
  set: { files: 34, bytes: 33567, blocks: 40 },
  manifest: { size: 2210, sha256: Buffer.alloc(32, 7) },
};
