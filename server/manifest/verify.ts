/** Checking a head's signatures before anything but its first line is used (docs/protocol.md §2). */
import { constants, verify } from 'node:crypto';
import { SoftOtaError } from '../errors.js';
import { type Frame, parseFrame } from './frame.js';
import { type Head, parseFields } from './head.js';
import { keyObjectOf, type PublicKey } from './public-key.js';

export type { PublicKey } from './public-key.js';

/**
 * The head in `bytes`, once a key among `keys` proves to have signed it. Keys that nobody trusts are passed over; a
 * wrong signature of a trusted key refuses the head, whatever the others say.
 * @throws SoftOtaError head_invalid, wrong_key (none of its keys is trusted) or signature_invalid
 */
export function verifyHead(bytes: Buffer, keys: readonly PublicKey[]): Head {
  const frame = parseFrame(bytes);
  checkSignatures(frame, keys);
  return { ...parseFields(frame.body), keyIds: frame.keyIds };
}

function checkSignatures({ keyIds, body, signatures }: Frame, keys: readonly PublicKey[]): void {
  const counted = new Set<string>();
  keyIds.forEach((id, i) => {
    const key = keys.find((candidate) => candidate.keyId === id);
    if (key === undefined) return;
    if (!verifySignature(body, signatures[i] ?? Buffer.alloc(0), key)) throw signatureInvalid(id);
    counted.add(id);
  });
  if (counted.size === 0) throw wrongKey(keyIds, keys);
}

/**
 * RSASSA-PKCS1-v1_5 with SHA-256. OpenSSL (node:crypto) does it, not node-forge, which makes the keys: it is some
 * fifty times faster, it takes no time that depends on secrets when it signs, and it compares the whole padded block,
 * where node-forge parses the block's ASN.1 and has had forgeries for it. test/vectors/signatures.json holds it to that.
 */
export function verifySignature(message: Buffer, signature: Buffer, key: PublicKey): boolean {
  return verify(
    'sha256',
    message,
    { key: keyObjectOf(key), padding: constants.RSA_PKCS1_PADDING },
    signature,
  );
}

function signatureInvalid(keyId: string): SoftOtaError {
  return new SoftOtaError('signature_invalid', `The signature of key ${keyId} does not fit the head.`);
}

function wrongKey(signed: readonly string[], trusted: readonly PublicKey[]): SoftOtaError {
  const own = trusted.map((key) => key.keyId).join(', ') || 'none';
  return new SoftOtaError('wrong_key', `The head is signed by ${signed.join(', ')}; trusted here: ${own}.`);
}
