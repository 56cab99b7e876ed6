/** Texts that several keys sign on several computers: until a key has signed, its place is held by zeros, which are no signature. */
import { SoftOtaError } from '../errors.js';
import { type Envelope, type Format, HEAD, splitEnvelope } from './envelope.js';
import type { PublicKey } from './public-key.js';
import { ROOT } from './root.js';
import type { Signer } from './sign.js';

/** `body`, whose first line names `keys`, with the signatures of those that are here. @throws SoftOtaError key_invalid, and as the reader of the whole */
export function signAvailable(body: Buffer, keys: readonly PublicKey[], signers: readonly Signer[]): Buffer {
  checkSizes(keys);
  const signatures = keys.map(({ keyId, modulus }) => {
    const signer = signers.find((candidate) => candidate.keyId === keyId);
    return signer?.sign(body) ?? Buffer.alloc(modulus.length);
  });
  const bytes = Buffer.concat([body, ...signatures]);
  // Too large for any reader?
  splitEnvelope(bytes, formatOf(bytes));
  return bytes;
}

/** All signatures of a text are of one length: nothing else says where one ends. */
function checkSizes(keys: readonly PublicKey[]): void {
  const [first, ...others] = keys;
  const odd = others.find(({ modulus }) => modulus.length !== first?.modulus.length);
  if (odd === undefined) return;
  const message = `The keys ${first?.keyId} and ${odd.keyId} are not of one size: they cannot sign together.`;
  throw new SoftOtaError('key_invalid', message);
}

/** True for a head or root file whose place for this key still waits. */
export function isPending(bytes: Buffer, keyId: string): boolean {
  return missingKeys(bytes).includes(keyId);
}

/** The keys that are named and have not signed yet. @throws SoftOtaError head_invalid, root_invalid */
export function missingKeys(bytes: Buffer): string[] {
  const { keyIds, signatures } = splitEnvelope(bytes, formatOf(bytes));
  return keyIds.filter((_, i) => isBlank(signatures[i]));
}

/**
 * The same text with the signature of one more key.
 * @throws SoftOtaError key_untrusted when the text does not name this key; head_invalid, root_invalid
 */
export function addSignature(bytes: Buffer, signer: Signer): Buffer {
  const format = formatOf(bytes);
  const { keyIds, body, signatures }: Envelope = splitEnvelope(bytes, format);
  if (!keyIds.includes(signer.keyId)) {
    const message = `This ${format.name} is to be signed by ${keyIds.join(', ')}, not by ${signer.keyId}.`;
    throw new SoftOtaError('key_untrusted', message);
  }
  const own = signer.sign(body);
  return Buffer.concat([body, ...signatures.map((old, i) => (keyIds[i] === signer.keyId ? own : old))]);
}

export function formatOf(bytes: Buffer): Format {
  return bytes.indexOf(`${ROOT.magic} `) === 0 || bytes.indexOf(`${ROOT.magic}\n`) === 0 ? ROOT : HEAD;
}

function isBlank(signature: Buffer | undefined): boolean {
  return signature?.every((byte) => byte === 0) === true;
}
