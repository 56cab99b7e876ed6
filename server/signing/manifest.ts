/** The manifest: one line for each file of a set (docs/protocol.md §3). */
import { SoftOtaError } from '../errors.js';
import { encodeHash, parseHash, parseUint } from './fields.js';
import { checkPaths, comparePaths } from './paths.js';

export interface Entry {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256, 32 raw bytes. */
  readonly sha256: Buffer;
}

/** Bytes of a line, its line feed included. */
const MAX_LINE = 240;
/** `name=value`: written by later versions, ignored by this one. */
const EXTENSION = /^[!-<>-~]+=[!-~]*$/;

/**
 * The exact bytes of a manifest; the order of `entries` does not matter.
 * @throws SoftOtaError as `checkPaths`, for a set of paths that no device may get
 */
export function encodeManifest(entries: readonly Entry[]): Buffer {
  checkPaths(entries.map((entry) => entry.path));
  const sorted = entries.toSorted((a, b) => comparePaths(a.path, b.path));
  const lines = sorted.map(({ path, size, sha256 }) => `${path} ${size} ${encodeHash(sha256)}\n`);
  return Buffer.from(lines.join(''), 'latin1');
}

/**
 * Reads a manifest whose hash has been compared with a verified head. Unknown `name=value` fields are ignored.
 * @throws SoftOtaError manifest_invalid for a malformed line or a wrong order, and as `checkPaths`
 */
export function parseManifest(bytes: Buffer): Entry[] {
  if (bytes.length === 0) return [];
  const lines = bytes.toString('latin1').split('\n');
  if (lines.pop() !== '') throw invalid(lines.length + 1, 'does not end with a line feed');
  const entries = lines.map((line, index) => parseLine(line, index + 1));
  checkPaths(entries.map((entry) => entry.path));
  checkOrder(entries);
  return entries;
}

function parseLine(line: string, number: number): Entry {
  if (line.length >= MAX_LINE) throw invalid(number, `is longer than ${MAX_LINE} bytes`);
  const [path = '', sizeWord = '', hashWord = '', ...extensions] = line.split(' ');
  const size = parseUint(sizeWord);
  const sha256 = parseHash(hashWord);
  if (size === undefined) throw invalid(number, 'has no valid size');
  if (sha256 === undefined) throw invalid(number, 'has no valid hash');
  if (!extensions.every((field) => EXTENSION.test(field))) throw invalid(number, 'has a malformed field');
  return { path, size, sha256 };
}

function checkOrder(entries: readonly Entry[]): void {
  const wrong = entries.findIndex((entry, i) => comparePaths(entries[i - 1]?.path ?? '', entry.path) >= 0);
  if (wrong !== -1) throw invalid(wrong + 1, 'is not sorted by path');
}

function invalid(line: number, what: string): SoftOtaError {
  return new SoftOtaError('manifest_invalid', `Line ${line} of the manifest ${what}.`);
}
