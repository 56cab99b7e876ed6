/** The head of a release: its fields and their lines (docs/protocol.md §2). */
import { invalidHead, parseEnvelope } from './envelope.js';
import { encodeHash, parseHash, parseUint, U32_MAX } from './fields.js';
import type { Totals } from './totals.js';

export interface Head {
  /** The same for all ABIs; higher is newer. */
  readonly release: number;
  /** A higher one resets the device's memory of the highest release. */
  readonly epoch: number;
  /** The keys that signed, in the order of their signatures. */
  readonly keyIds: readonly string[];
  /** Major version of the .mpy format. */
  readonly abi: number;
  /** Board names, or `*` alone. */
  readonly boards: readonly string[];
  /** The oldest MicroPython it runs on: X.Y or X.Y.Z. */
  readonly python: string;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly expires?: number;
  readonly set: Totals;
  readonly manifest: { readonly size: number; readonly sha256: Buffer };
  /** Version of the newest root file. */
  readonly root?: number;
  /** Boards that have a release up to this one may take the lower one of this head. */
  readonly downgrade?: number;
  /** The owner accepts that the old set goes first where both do not fit. */
  readonly inplace?: true;
}

export type HeadFields = Omit<Head, 'keyIds'>;

export interface ParsedHead {
  readonly head: Head;
  readonly body: Buffer;
  readonly signatures: Buffer;
}

const BOARD = /^[A-Za-z0-9._~-]{1,64}$/;
const PYTHON = /^(?:0|[1-9]\d{0,3})(?:\.(?:0|[1-9]\d{0,3})){1,2}$/;
const LINE = /^([!-~]+) ([ -~]+)$/;

/**
 * The bytes to sign, empty line included.
 * @throws SoftOtaError head_invalid when a field cannot be written in its line
 */
export function encodeHead(head: Head): Buffer {
  const lines = [
    `soft-ota 1 ${head.keyIds.join(',')}`,
    `release ${head.release}`,
    `epoch ${head.epoch}`,
    `abi ${head.abi}`,
    `boards ${head.boards.join(' ')}`,
    `python ${head.python}`,
    `created ${head.created}`,
    ...(head.expires === undefined ? [] : [`expires ${head.expires}`]),
    `set ${head.set.files} ${head.set.bytes} ${head.set.blocks}`,
    `manifest ${head.manifest.size} ${encodeHash(head.manifest.sha256)}`,
    ...(head.root === undefined ? [] : [`root ${head.root}`]),
    ...(head.downgrade === undefined ? [] : [`downgrade ${head.downgrade}`]),
    ...(head.inplace === undefined ? [] : ['inplace 1']),
  ];
  const body = Buffer.from(`${lines.join('\n')}\n\n`, 'latin1');
  // What no reader would take must not be signed: the reader's own rules are the check.
  parseFields(body);
  return body;
}

/**
 * Reads a head WITHOUT checking its signature: for heads that this very program signed or verified before.
 * @throws SoftOtaError head_invalid
 */
export function parseHead(bytes: Buffer): ParsedHead {
  const { keyIds, body } = parseEnvelope(bytes);
  return { head: { ...parseFields(body), keyIds }, body, signatures: bytes.subarray(body.length) };
}

/**
 * The fields of a body. Unknown lines are ignored.
 * @throws SoftOtaError head_invalid for a line that is missing, malformed or there twice
 */
export function parseFields(body: Buffer): HeadFields {
  const lines = readLines(body);
  return {
    release: whole(lines, 'release', 1),
    epoch: whole(lines, 'epoch'),
    abi: whole(lines, 'abi', 1, 255),
    boards: boards(need(lines, 'boards')),
    python: python(need(lines, 'python')),
    created: whole(lines, 'created'),
    ...(lines.has('expires') ? { expires: whole(lines, 'expires') } : {}),
    set: totals(need(lines, 'set')),
    manifest: manifest(need(lines, 'manifest')),
    ...(lines.has('root') ? { root: whole(lines, 'root', 1) } : {}),
    ...(lines.has('downgrade') ? { downgrade: whole(lines, 'downgrade', 1) } : {}),
    ...(lines.has('inplace') ? { inplace: inplace(need(lines, 'inplace')) } : {}),
  };
}

type Lines = ReadonlyMap<string, string>;

function readLines(body: Buffer): Lines {
  const lines = new Map<string, string>();
  for (const line of body.toString('latin1').slice(0, -2).split('\n').slice(1)) {
    const [, name = '', value = ''] = LINE.exec(line) ?? [];
    if (name === '') throw invalidHead('has a line that is not "name value"');
    if (lines.has(name)) throw invalidHead(`has two "${name}" lines`);
    lines.set(name, value);
  }
  return lines;
}

function need(lines: Lines, name: string): string {
  const value = lines.get(name);
  if (value === undefined) throw invalidHead(`has no "${name}" line`);
  return value;
}

function whole(lines: Lines, name: string, min = 0, max: number = U32_MAX): number {
  const number = parseUint(need(lines, name), min, max);
  if (number === undefined) throw malformed(name);
  return number;
}

function boards(value: string): string[] {
  const names = value.split(' ');
  if (value === '*' || names.every((name) => BOARD.test(name))) return names;
  throw malformed('boards');
}

function python(value: string): string {
  if (!PYTHON.test(value)) throw malformed('python');
  return value;
}

function totals(value: string): Totals {
  const [files, bytes, blocks, ...more] = value.split(' ').map((word) => parseUint(word));
  if (files === undefined || bytes === undefined || blocks === undefined || more.length > 0) {
    throw malformed('set');
  }
  return { files, bytes, blocks };
}

function manifest(value: string): Head['manifest'] {
  const [sizeWord = '', hashWord = '', ...more] = value.split(' ');
  const size = parseUint(sizeWord);
  const sha256 = parseHash(hashWord);
  if (size === undefined || sha256 === undefined || more.length > 0) throw malformed('manifest');
  return { size, sha256 };
}

function inplace(value: string): true {
  if (value !== '1') throw malformed('inplace');
  return true;
}

function malformed(name: string): Error {
  return invalidHead(`has a malformed "${name}" line`);
}
