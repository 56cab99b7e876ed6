/** The public half of a signing key, as heads and anchors name it. */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { SoftOtaError } from '../errors.js';

export interface PublicKey {
  /** First 16 hex digits of the SHA-256 of the key's SubjectPublicKeyInfo in DER. */
  readonly keyId: string;
  /** Big-endian, without leading zero bytes. */
  readonly modulus: Buffer;
  /** 65537: the only one that protocol version 1 allows. */
  readonly exponent: number;
}

const SMALLEST_MODULUS = 256;
const EXPONENT = 65537;

/**
 * The public half of an RSA key, private or public.
 * @throws SoftOtaError key_invalid for anything but RSA with 2048 bits or more and the exponent 65537
 */
export function publicKeyOf(key: KeyObject): PublicKey {
  const half = key.type === 'private' ? createPublicKey(key) : key;
  if (half.asymmetricKeyType !== 'rsa') throw new SoftOtaError('key_invalid', 'The key is not an RSA key.');
  const { n = '', e = '' } = half.export({ format: 'jwk' });
  const modulus = Buffer.from(n, 'base64url');
  const exponent = Number(`0x${Buffer.from(e, 'base64url').toString('hex')}`);
  checkStrength(modulus, exponent);
  return { keyId: keyIdOf(half), modulus, exponent };
}

function checkStrength(modulus: Buffer, exponent: number): void {
  // A set top bit is what "2048 bits" means for 256 bytes.
  if (modulus.length < SMALLEST_MODULUS || (modulus.length === SMALLEST_MODULUS && (modulus[0] ?? 0) < 128)) {
    throw new SoftOtaError('key_invalid', 'The RSA key has fewer than 2048 bits.');
  }
  if (exponent !== EXPONENT) {
    throw new SoftOtaError(
      'key_invalid',
      `The RSA key has the public exponent ${exponent}, not ${EXPONENT}.`,
    );
  }
}

/** The other way: a key that node:crypto can verify with. */
export function keyObjectOf({ modulus, exponent }: Pick<PublicKey, 'modulus' | 'exponent'>): KeyObject {
  const e = Buffer.from(exponent.toString(16).padStart(6, '0'), 'hex');
  const jwk = { kty: 'RSA', n: modulus.toString('base64url'), e: e.toString('base64url') };
  return createPublicKey({ format: 'jwk', key: jwk });
}

function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}
