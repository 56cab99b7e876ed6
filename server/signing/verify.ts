/** Checking signatures before anything but the first line is used (docs/protocol.md §2). */
import { constants, verify } from 'node:crypto';
import { SoftOtaError } from '../errors.js';
import { type Envelope, parseEnvelope } from './envelope.js';
import { type Head, parseFields } from './head.js';
import { keyObjectOf, type PublicKey } from './public-key.js';

export type { PublicKey } from './public-key.js';

/**
 * The head in `bytes`, once `threshold` distinct keys among `keys` prove to have signed it. Keys that nobody trusts are
 * passed over; a wrong signature of a trusted key refuses the head, whatever the others say.
 * @throws SoftOtaError head_invalid, wrong_key (none of its keys is trusted), signature_invalid or threshold_unmet
 */
export function verifyHead(bytes: Buffer, keys: readonly PublicKey[], threshold = 1): Head {
  const envelope = parseEnvelope(bytes);
  const signed = rightKeys(envelope, keys, 'head');
  if (signed.size === 0) throw wrongKey(envelope.keyIds, keys, 'head');
  if (signed.size < threshold) {
    const message = `The head has ${signed.size} of the ${threshold} signatures that it needs.`;
    throw new SoftOtaError('threshold_unmet', message);
  }
  return { ...parseFields(envelope.body), keyIds: envelope.keyIds };
}

/**
 * The ids among `keys` that have rightly signed, each once however often it stands there.
 * @param name what the error calls the signed text
 * @throws SoftOtaError signature_invalid when one of `keys` is named with a wrong signature
 */
export function rightKeys(
  { keyIds, body, signatures }: Envelope,
  keys: readonly PublicKey[],
  name: string,
): Set<string> {
  const right = new Set<string>();
  keyIds.forEach((id, i) => {
    const key = keys.find((candidate) => candidate.keyId === id);
    if (key === undefined) return;
    if (!verifySignature(body, signatures[i] ?? Buffer.alloc(0), key)) {
      throw new SoftOtaError('signature_invalid', `The signature of key ${id} does not fit the ${name}.`);
    }
    right.add(id);
  });
  return right;
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

/** None of the keys that signed is one that may. */
export function wrongKey(
  signed: readonly string[],
  trusted: readonly PublicKey[],
  name: string,
): SoftOtaError {
  const by = signed.join(', ') || 'nobody';
  const own = trusted.map((key) => key.keyId).join(', ') || 'none';
  return new SoftOtaError('wrong_key', `The ${name} is signed by ${by}; trusted here: ${own}.`);
}
