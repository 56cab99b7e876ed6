/** The keys of one folder, read and checked once. */
import { constants, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import { hasCode, SoftOtaError } from '../errors.js';
import { type PublicKey, publicKeyOf } from '../manifest/public-key.js';
import type { Signer } from '../manifest/sign.js';
import { KEY_FILES, readPublic, readSecret } from './files.js';
import { masterFrom, privateKeyFrom, publicKeyFrom } from './pem.js';

export interface Keyring {
  signer(): Signer;
  publicKey(): PublicKey;
  /** 32 bytes. @throws SoftOtaError key_missing where only the signing key was laid down, as for a CI that just signs */
  enrolmentMaster(): Buffer;
}

/**
 * Opens the keys in `dir`.
 * @throws SoftOtaError key_missing, key_mode or key_invalid; each names the file
 */
export async function openKeyring(dir: string): Promise<Keyring> {
  const path = join(dir, KEY_FILES.private);
  const privateKey = privateKeyFrom(await readSecret(path), path);
  const publicKey = publicKeyOf(privateKey);
  const master = await readMaster(dir);
  return {
    signer: () => signerOf(privateKey, publicKey.keyId),
    publicKey: () => publicKey,
    enrolmentMaster: () => {
      if (Buffer.isBuffer(master)) return master;
      throw master;
    },
  };
}

/** The master, or the error for whoever asks for it: a missing one must not stop those who only sign. */
async function readMaster(dir: string): Promise<Buffer | SoftOtaError> {
  const path = join(dir, KEY_FILES.master);
  try {
    return masterFrom(await readSecret(path), path);
  } catch (error) {
    if (!hasCode(error, 'key_missing')) throw error;
    const way = `bring it over, or make one with "npm run keygen -- --import ${join(dir, KEY_FILES.private)}"`;
    return new SoftOtaError('key_missing', `There is no ${path}: ${way}.`, { cause: error });
  }
}

function signerOf(key: KeyObject, keyId: string): Signer {
  const padding = constants.RSA_PKCS1_PADDING;
  return { keyId, sign: (body) => sign('sha256', body, { key, padding }) };
}

/**
 * A public key from a file: PEM of the key, or a certificate of it.
 * @throws SoftOtaError key_missing or key_invalid
 */
export async function readPublicKey(path: string): Promise<PublicKey> {
  return publicKeyOf(publicKeyFrom(await readPublic(path), path));
}

/**
 * The key that releases of this project are signed with, for those who only check: the public half is enough.
 * @throws SoftOtaError as `openKeyring`
 */
export async function readReleaseKey(dir: string): Promise<PublicKey> {
  try {
    return await readPublicKey(join(dir, KEY_FILES.public));
  } catch (error) {
    if (!hasCode(error, 'key_missing')) throw error;
    return (await openKeyring(dir)).publicKey();
  }
}
