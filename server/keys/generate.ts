/** New keys for a project. */
import { randomBytes } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, SoftOtaError } from '../errors.js';
import { publicKeyOf } from '../signing/public-key.js';
import { furtherFiles, KEY_FILES, ROOT_FILES, readSecret } from './files.js';
import { masterFrom } from './pem.js';
import { type Bits, makeCertificate, makePrivateKey } from './rsa.js';
import { ROOT_FOLDER } from './trust.js';
import { type WrittenKeys, writeKeys, writePair } from './write-keys.js';

/**
 * Makes a key pair, a certificate and an enrolment master in `dir`. An enrolment master that is there is kept: the boards
 * that were enrolled with it stay enrolled.
 * @throws SoftOtaError key_exists when there is a private or a public half or a root file already, and nothing is written
 */
export async function generateKeys(
  dir: string,
  options: { readonly bits?: Bits } = {},
): Promise<WrittenKeys> {
  await refuseExisting(dir);
  const master = await existingMaster(dir);
  const privateKey = await makePrivateKey(options.bits ?? 2048);
  return writeKeys(dir, { privateKey, certificate: makeCertificate(privateKey), master });
}

/**
 * Makes a key that signs root files and nothing else. It belongs on a memory stick, in a drawer.
 * @throws SoftOtaError key_exists
 */
export async function generateRootKey(
  out: string,
  options: { readonly bits?: Bits } = {},
): Promise<WrittenKeys> {
  return writePair(out, await makePrivateKey(options.bits ?? 2048), ROOT_FILES);
}

/** Makes one more signing key beside the first; boards trust it once a root file names it. */
export async function generateFurtherKey(
  dir: string,
  options: { readonly bits?: Bits } = {},
): Promise<WrittenKeys> {
  const privateKey = await makePrivateKey(options.bits ?? 2048);
  return writePair(dir, privateKey, furtherFiles(publicKeyOf(privateKey).keyId));
}

async function refuseExisting(dir: string): Promise<void> {
  for (const name of [KEY_FILES.private, KEY_FILES.public, ROOT_FOLDER]) {
    const path = join(dir, name);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    if (exists) throw new SoftOtaError('key_exists', `${path} is already there${elsewhere(name)}.`);
  }
}

/** A public half alone comes with a clone: boards trust that key, so another one would be of no use to them. */
function elsewhere(name: string): string {
  if (name === ROOT_FOLDER)
    return ' and says whom boards trust: import that key, or make one more (--another)';
  if (name !== KEY_FILES.public) return '';
  return '; bring its private half over with "npm run keygen -- --import FILE"';
}

/** The enrolment master of `dir`, or a new one. */
export async function existingMaster(dir: string): Promise<Buffer> {
  const path = join(dir, KEY_FILES.master);
  try {
    return masterFrom(await readSecret(path), path);
  } catch (error) {
    if (hasCode(error, 'key_missing')) return randomBytes(32);
    throw error;
  }
}
