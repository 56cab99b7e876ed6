/** Key texts to keys and back: PEM for RSA keys, hex for the enrolment master. Errors name the file, never its content. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SoftOtaError } from '../errors.js';
import { errnoOf } from './files.js';

const MASTER = /^[0-9a-f]{64}\n?$/i;

/**
 * A private key in PEM, PKCS#1 or PKCS#8.
 * @param source the file's name, for the error
 * @throws SoftOtaError key_invalid
 */
export function privateKeyFrom(pem: string, source: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new SoftOtaError('key_invalid', `${source} ${whyNot(cause)}`, { cause });
  }
}

function whyNot(cause: unknown): string {
  if (errnoOf(cause) !== 'ERR_MISSING_PASSPHRASE') return 'holds no private key in PEM.';
  return 'is protected by a passphrase. Take it off first: openssl pkey -in FILE -out PLAIN';
}

/**
 * A public key in PEM; a certificate or a private key does as well.
 * @throws SoftOtaError key_invalid
 */
export function publicKeyFrom(pem: string, source: string): KeyObject {
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new SoftOtaError('key_invalid', `${source} holds no public key in PEM.`, { cause });
  }
}

/** The 32 bytes of an enrolment master. @throws SoftOtaError key_invalid */
export function masterFrom(text: string, source: string): Buffer {
  if (!MASTER.test(text)) throw new SoftOtaError('key_invalid', `${source} is not 64 hex digits.`);
  return Buffer.from(text.trim(), 'hex');
}

export function privatePem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}
