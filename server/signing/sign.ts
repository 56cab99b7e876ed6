/** Signing a head (docs/protocol.md §2). */
import { encodeHead, type HeadFields, parseHead } from './head.js';

/** Whoever can sign: a key file, a smart card, a service. */
export interface Signer {
  readonly keyId: string;
  /** RSASSA-PKCS1-v1_5 with SHA-256 over exactly these bytes. */
  sign(body: Buffer): Buffer;
}

/**
 * The whole head, signed by every signer in turn.
 * @throws SoftOtaError head_invalid when a field cannot be written, or when the head grows larger than devices read
 */
export function signHead(fields: HeadFields, ...signers: readonly [Signer, ...Signer[]]): Buffer {
  const body = encodeHead({ ...fields, keyIds: signers.map((signer) => signer.keyId) });
  const bytes = Buffer.concat([body, ...signers.map((signer) => signer.sign(body))]);
  parseHead(bytes);
  return bytes;
}
