/** The frame of a signed text: all that may be looked at before its signatures are checked (docs/protocol.md §2, §10). */
import { type ErrorCode, SoftOtaError } from '../errors.js';

export interface Envelope {
  readonly keyIds: readonly string[];
  /** The signed bytes: everything up to and including the empty line. */
  readonly body: Buffer;
  /** One signature for each key id, in their order, all of the same length. */
  readonly signatures: readonly Buffer[];
}

/** What differs between a head and a root file. */
export interface Format {
  /** The first word. */
  readonly magic: string;
  /** What messages call it. */
  readonly name: string;
  readonly code: ErrorCode;
  /** In bytes; nobody reads more. */
  readonly maxBytes: number;
  /** True where the first file of all is believed without a signature. */
  readonly unsigned: boolean;
}

const END_OF_BODY = '\n\n';
const KEY_ID = /^[0-9a-f]{16}$/;

export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/**
 * Splits a signed text into its parts and reads the first line, and nothing else.
 * @throws SoftOtaError with the code of its kind, for one that is too large, cut short or of another format
 */
export function splitEnvelope(bytes: Buffer, format: Format): Envelope {
  if (bytes.length > format.maxBytes) throw invalid(format, `is larger than ${format.maxBytes} bytes`);
  const end = bytes.indexOf(END_OF_BODY);
  if (end === -1) throw invalid(format, 'is cut short: it has no empty line');
  const body = bytes.subarray(0, end + END_OF_BODY.length);
  const keyIds = parseFirstLine(body, format);
  return { keyIds, body, signatures: cut(bytes.subarray(body.length), keyIds.length, format) };
}

function parseFirstLine(body: Buffer, format: Format): string[] {
  const line = body.toString('latin1', 0, body.indexOf('\n'));
  const [magic, version, keys, ...more] = line.split(' ');
  if (magic !== format.magic) throw invalid(format, `does not begin with "${format.magic}"`);
  if (version !== '1') throw invalid(format, 'has another format version than 1');
  if (keys === undefined && format.unsigned) return [];
  const keyIds = (keys ?? '').split(',');
  if (more.length > 0 || !keyIds.every(isKeyId)) throw invalid(format, 'has malformed key ids');
  return keyIds;
}

function cut(bytes: Buffer, count: number, format: Format): Buffer[] {
  if (count === 0 && bytes.length > 0) throw invalid(format, 'has a signature that no key id stands for');
  if (count === 0) return [];
  const length = bytes.length / count;
  if (length === 0) throw invalid(format, 'is cut short: it has no signature');
  if (!Number.isInteger(length))
    throw invalid(format, 'has signatures of different lengths, or is cut short');
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * length, (i + 1) * length));
}

/** `what` follows "The head " or "The root file ". */
export function invalid(format: Format, what: string): SoftOtaError {
  return new SoftOtaError(format.code, `The ${format.name} ${what}.`);
}

export const HEAD: Format = {
  magic: 'soft-ota',
  name: 'head',
  code: 'head_invalid',
  maxBytes: 1152,
  unsigned: false,
};

/** No head is larger, whatever its keys; a client reads no more. */
export const MAX_HEAD = HEAD.maxBytes;
/** The largest head that carries one RSA-2048 signature. */
const MAX_HEAD_2048 = 640;
const SIGNATURE_2048 = 256;

/**
 * The frame of a head.
 * @throws SoftOtaError head_invalid
 */
export function parseEnvelope(bytes: Buffer): Envelope {
  const envelope = splitEnvelope(bytes, HEAD);
  const [signature, ...more] = envelope.signatures;
  if (more.length === 0 && signature?.length === SIGNATURE_2048 && bytes.length > MAX_HEAD_2048) {
    throw invalidHead(`is larger than ${MAX_HEAD_2048} bytes, with one RSA-2048 signature`);
  }
  return envelope;
}

/** An error about a head; `what` follows "The head ". */
export function invalidHead(what: string): SoftOtaError {
  return invalid(HEAD, what);
}
