/** The frame of a signed text: all that may be looked at before its signatures are checked (docs/protocol.md §2, §10). */
import { type ErrorCode, SoftOtaError } from '../errors.js';

export interface Frame {
  readonly keyIds: readonly string[];
  /** The signed bytes: everything up to and including the empty line. */
  readonly body: Buffer;
  /** One signature for each key id, in their order, all of the same length. */
  readonly signatures: readonly Buffer[];
}

/** What differs between a head and a root file. */
export interface Kind {
  /** The first word. */
  readonly magic: string;
  /** What messages call it. */
  readonly name: string;
  readonly code: ErrorCode;
  /** In bytes; nobody reads more. */
  readonly largest: number;
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
export function splitSigned(bytes: Buffer, kind: Kind): Frame {
  if (bytes.length > kind.largest) throw invalid(kind, `is larger than ${kind.largest} bytes`);
  const end = bytes.indexOf(END_OF_BODY);
  if (end === -1) throw invalid(kind, 'is cut short: it has no empty line');
  const body = bytes.subarray(0, end + END_OF_BODY.length);
  const keyIds = parseFirstLine(body, kind);
  return { keyIds, body, signatures: cut(bytes.subarray(body.length), keyIds.length, kind) };
}

function parseFirstLine(body: Buffer, kind: Kind): string[] {
  const line = body.toString('latin1', 0, body.indexOf('\n'));
  const [magic, version, keys, ...more] = line.split(' ');
  if (magic !== kind.magic) throw invalid(kind, `does not begin with "${kind.magic}"`);
  if (version !== '1') throw invalid(kind, 'has another format version than 1');
  if (keys === undefined && kind.unsigned) return [];
  const keyIds = (keys ?? '').split(',');
  if (more.length > 0 || !keyIds.every(isKeyId)) throw invalid(kind, 'has malformed key ids');
  return keyIds;
}

function cut(bytes: Buffer, count: number, kind: Kind): Buffer[] {
  if (count === 0 && bytes.length > 0) throw invalid(kind, 'has a signature that no key id stands for');
  if (count === 0) return [];
  const length = bytes.length / count;
  if (length === 0) throw invalid(kind, 'is cut short: it has no signature');
  if (!Number.isInteger(length)) throw invalid(kind, 'has signatures of different lengths, or is cut short');
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * length, (i + 1) * length));
}

/** `what` follows "The head " or "The root file ". */
export function invalid(kind: Kind, what: string): SoftOtaError {
  return new SoftOtaError(kind.code, `The ${kind.name} ${what}.`);
}

export const HEAD: Kind = {
  magic: 'soft-ota',
  name: 'head',
  code: 'head_invalid',
  largest: 1152,
  unsigned: false,
};

/** No head is larger, whatever its keys; a client reads no more. */
export const LARGEST_HEAD = HEAD.largest;
/** The largest head that carries one RSA-2048 signature. */
const LARGEST_HEAD_2048 = 640;
const SIGNATURE_2048 = 256;

/**
 * The frame of a head.
 * @throws SoftOtaError head_invalid
 */
export function parseFrame(bytes: Buffer): Frame {
  const frame = splitSigned(bytes, HEAD);
  const [signature, ...more] = frame.signatures;
  if (more.length === 0 && signature?.length === SIGNATURE_2048 && bytes.length > LARGEST_HEAD_2048) {
    throw invalidHead(`is larger than ${LARGEST_HEAD_2048} bytes, with one RSA-2048 signature`);
  }
  return frame;
}

/** An error about a head; `what` follows "The head ". */
export function invalidHead(what: string): SoftOtaError {
  return invalid(HEAD, what);
}
