/** The frame of a signed head: all that may be looked at before its signature is checked (docs/protocol.md §2). */
import { SoftOtaError } from '../errors.js';

export interface Frame {
  readonly keyIds: readonly string[];
  /** The signed bytes: everything up to and including the empty line. */
  readonly body: Buffer;
  /** One signature for each key id, in their order, all of the same length. */
  readonly signatures: readonly Buffer[];
}

/** No head is larger, whatever its keys; a client reads no more. */
export const LARGEST_HEAD = 1152;
/** The largest head that carries one RSA-2048 signature. */
const LARGEST_HEAD_2048 = 640;
const SIGNATURE_2048 = 256;
const END_OF_BODY = '\n\n';
const KEY_ID = /^[0-9a-f]{16}$/;

/**
 * Splits a head into its parts and reads the first line, and nothing else.
 * @throws SoftOtaError head_invalid for a head that is too large, cut short or of another format
 */
export function parseFrame(bytes: Buffer): Frame {
  if (bytes.length > LARGEST_HEAD) throw invalidHead(`is larger than ${LARGEST_HEAD} bytes`);
  const end = bytes.indexOf(END_OF_BODY);
  if (end === -1) throw invalidHead('is cut short: it has no empty line');
  const body = bytes.subarray(0, end + END_OF_BODY.length);
  const rest = bytes.subarray(body.length);
  const keyIds = parseFirstLine(body);
  if (keyIds.length === 1 && rest.length === SIGNATURE_2048 && bytes.length > LARGEST_HEAD_2048) {
    throw invalidHead(`is larger than ${LARGEST_HEAD_2048} bytes, with one RSA-2048 signature`);
  }
  return { keyIds, body, signatures: cut(rest, keyIds.length) };
}

function parseFirstLine(body: Buffer): string[] {
  const line = body.toString('latin1', 0, body.indexOf('\n'));
  const [magic, version, keys = '', ...more] = line.split(' ');
  if (magic !== 'soft-ota') throw invalidHead('does not begin with "soft-ota"');
  if (version !== '1') throw invalidHead('has another format version than 1');
  const keyIds = keys.split(',');
  if (more.length > 0 || !keyIds.every((id) => KEY_ID.test(id))) throw invalidHead('has malformed key ids');
  return keyIds;
}

function cut(bytes: Buffer, count: number): Buffer[] {
  const length = bytes.length / count;
  if (length === 0) throw invalidHead('is cut short: it has no signature');
  if (!Number.isInteger(length)) throw invalidHead('has signatures of different lengths, or is cut short');
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * length, (i + 1) * length));
}

/** An error about a head; `what` follows "The head ". */
export function invalidHead(what: string): SoftOtaError {
  return new SoftOtaError('head_invalid', `The head ${what}.`);
}
