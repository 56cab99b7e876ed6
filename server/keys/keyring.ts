/** The keys of one folder, read and checked once. */
import { constants, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode, SoftOtaError } from '../errors.js';
import { type PublicKey, publicKeyOf } from '../signing/public-key.js';
import { firstRoot, parseRoot, ROOT, type Root, releaseKeys } from '../signing/root.js';
import type { Signer } from '../signing/sign.js';
import { KEY_FILES, listPrivate, readPublic, readSecret } from './files.js';
import { masterFrom, privateKeyFrom, publicKeyFrom } from './pem.js';
import { readTrust, type Trust } from './trust.js';

export interface Keyring {
  /** Whom boards trust. */
  readonly trust: Trust;
  /**
   * The keys here whose releases boards take.
   * @throws SoftOtaError key_untrusted when there is none
   */
  signers(): readonly [Signer, ...Signer[]];
  /** Every key here, trusted or not. */
  all(): readonly Signer[];
  /** The public half of the first key that boards trust, else of the first one. */
  publicKey(): PublicKey;
  /** 32 bytes. @throws SoftOtaError key_missing where only the signing key was laid down, as for a CI that just signs */
  enrolmentMaster(): Buffer;
}

/**
 * Opens the keys in `dir`.
 * @throws SoftOtaError key_missing, key_mode or key_invalid; each names the file. As `readTrust`
 */
export async function openKeyring(dir: string): Promise<Keyring> {
  const own = await readKeys(dir);
  const trust = await readTrust(dir, () => own[0].publicKey);
  const master = await readMaster(dir);
  const trusted = own.filter(({ publicKey }) => isTrusted(publicKey, trust));
  return {
    trust,
    signers: () => {
      const [first, ...others] = trusted.map(signerOf);
      if (first === undefined) throw untrusted(own, trust);
      return [first, ...others];
    },
    all: () => own.map(signerOf),
    publicKey: () => (trusted[0] ?? own[0]).publicKey,
    enrolmentMaster: () => {
      if (Buffer.isBuffer(master)) return master;
      throw master;
    },
  };
}

export interface OwnKey {
  readonly path: string;
  readonly privateKey: KeyObject;
  readonly publicKey: PublicKey;
}

/** @throws SoftOtaError key_missing, key_mode or key_invalid */
export async function readKeys(dir: string): Promise<[OwnKey, ...OwnKey[]]> {
  const [first = join(dir, KEY_FILES.private), ...further] = await listPrivate(dir);
  return [await readKey(first), ...(await Promise.all(further.map(readKey)))];
}

/** All private keys in `dir`; none is no error here. */
export async function readFurtherKeys(dir: string): Promise<OwnKey[]> {
  return Promise.all((await listPrivate(dir)).map(readKey));
}

/**
 * A root key on its memory stick. Its mode is not asked: such a stick has none.
 * @throws SoftOtaError key_missing or key_invalid
 */
export async function readRootKey(path: string): Promise<OwnKey> {
  const privateKey = privateKeyFrom(await readPublic(path), path);
  return { path, privateKey, publicKey: publicKeyOf(privateKey) };
}

async function readKey(path: string): Promise<OwnKey> {
  const privateKey = privateKeyFrom(await readSecret(path), path);
  return { path, privateKey, publicKey: publicKeyOf(privateKey) };
}

function isTrusted({ keyId }: PublicKey, { current }: Trust): boolean {
  return releaseKeys(current).some((key) => key.keyId === keyId);
}

function untrusted(own: readonly OwnKey[], { current }: Trust): SoftOtaError {
  const here = own.map(({ publicKey }) => publicKey.keyId).join(', ');
  const named = releaseKeys(current).map(({ keyId }) => keyId);
  const message = `Root file ${current.version} lets ${named.join(', ')} sign releases; here is ${here}.`;
  return new SoftOtaError('key_untrusted', message);
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

/** What signs with a private key. */
export function signerOf({ privateKey: key, publicKey }: Pick<OwnKey, 'privateKey' | 'publicKey'>): Signer {
  const padding = constants.RSA_PKCS1_PADDING;
  return { keyId: publicKey.keyId, sign: (body) => sign('sha256', body, { key, padding }) };
}

/**
 * A public key from a file: PEM of the key, or a certificate of it.
 * @throws SoftOtaError key_missing or key_invalid
 */
export async function readPublicKey(path: string): Promise<PublicKey> {
  return publicKeyOf(publicKeyFrom(await readPublic(path), path));
}

/**
 * Whom somebody trusts who was given one file: a public key or certificate in PEM, or a root file.
 * @throws SoftOtaError public_key_missing, key_invalid or root_invalid
 */
export async function readFirstRoot(path: string): Promise<Root> {
  const text = await readPublic(path).catch((error: unknown) => {
    if (!hasCode(error, 'key_missing')) throw error;
    throw new SoftOtaError('public_key_missing', error.message, { cause: error });
  });
  if (!text.startsWith(ROOT.magic)) return firstRoot(publicKeyOf(publicKeyFrom(text, path)));
  return parseRoot(await readFile(path));
}

/**
 * The key that is trusted where there are no root files, for those who only check: the public half is enough.
 * @throws SoftOtaError as `readKeys`
 */
export async function readReleaseKey(dir: string): Promise<PublicKey> {
  try {
    return await readPublicKey(join(dir, KEY_FILES.public));
  } catch (error) {
    if (!hasCode(error, 'key_missing')) throw error;
    return (await readKeys(dir))[0].publicKey;
  }
}
