/** A root file: whom a device trusts (docs/protocol.md §10). */
import { SoftOtaError } from '../errors.js';
import { type Envelope, type Format, invalid, splitEnvelope } from './envelope.js';
import { parseUint } from './fields.js';
import { keyObjectOf, type PublicKey, publicKeyOf } from './public-key.js';

/** A `root` key signs root files, a `release` key heads, a `both` key both. */
export type Role = 'root' | 'release' | 'both';

export interface RootKey extends PublicKey {
  readonly role: Role;
}

export interface RootFields {
  /** How often trust has changed. */
  readonly version: number;
  /** Heads of any other epoch are refused. */
  readonly epoch: number;
  /** How many distinct release keys have to sign a head. */
  readonly threshold: number;
  readonly keys: readonly RootKey[];
}

export interface Root extends RootFields {
  /** The keys that signed it; none for a first one. */
  readonly keyIds: readonly string[];
  /** The exact file. */
  readonly bytes: Buffer;
}

export const ROOT: Format = {
  magic: 'soft-ota-root',
  name: 'root file',
  code: 'root_invalid',
  maxBytes: 4096,
  unsigned: true,
};
const MODULUS = /^(?:[0-9a-f]{2})+$/;

/**
 * The bytes to sign, empty line included.
 * @param keyIds those that will sign, in the order of their signatures
 * @throws SoftOtaError root_invalid when no reader would take it
 */
export function encodeRoot(
  { version, epoch, threshold, keys }: RootFields,
  keyIds: readonly string[],
): Buffer {
  const lines = [
    ['soft-ota-root 1', ...(keyIds.length === 0 ? [] : [keyIds.join(',')])].join(' '),
    `version ${version}`,
    `epoch ${epoch}`,
    `threshold ${threshold}`,
    ...keys.flatMap((key) => [`${key.role} ${key.keyId} ${key.exponent}`, key.modulus.toString('hex')]),
  ];
  const body = Buffer.from(`${lines.join('\n')}\n\n`, 'latin1');
  // What no reader would take must not be signed: the reader's own rules are the check.
  parseFields(body);
  return body;
}

/** The root file that a device begins with: one key for everything, unsigned, and believed because it was laid there. */
export function firstRoot(key: PublicKey): Root {
  const fields: RootFields = { version: 0, epoch: 0, threshold: 1, keys: [{ ...key, role: 'both' }] };
  return { ...fields, keyIds: [], bytes: encodeRoot(fields, []) };
}

/**
 * Reads a root file WITHOUT checking its signatures: for the one that is trusted because it is there.
 * @throws SoftOtaError root_invalid
 */
export function parseRoot(bytes: Buffer): Root {
  const { keyIds, body } = parseRootEnvelope(bytes);
  return { ...parseFields(body), keyIds, bytes };
}

/** @throws SoftOtaError root_invalid */
export function parseRootEnvelope(bytes: Buffer): Envelope {
  return splitEnvelope(bytes, ROOT);
}

/** The keys that may sign root files. */
export function rootKeys({ keys }: RootFields): RootKey[] {
  return keys.filter(({ role }) => role !== 'release');
}

/** The keys that may sign heads. */
export function releaseKeys({ keys }: RootFields): RootKey[] {
  return keys.filter(({ role }) => role !== 'root');
}

function parseFields(body: Buffer): RootFields {
  const [, version, epoch, threshold, ...keyLines] = body.toString('latin1').slice(0, -2).split('\n');
  const fields = {
    version: whole(version, 'version'),
    epoch: whole(epoch, 'epoch'),
    threshold: whole(threshold, 'threshold', 1),
    keys: parseKeys(keyLines),
  };
  checkKeys(fields);
  return fields;
}

function whole(line = '', name: string, min = 0): number {
  const [found, value = '', ...more] = line.split(' ');
  const number = parseUint(value, min);
  if (found !== name || number === undefined || more.length > 0)
    throw invalid(ROOT, `has no "${name} N" line`);
  return number;
}

function parseKeys(lines: readonly string[]): RootKey[] {
  const keys: RootKey[] = [];
  for (let at = 0; at < lines.length; at += 2) keys.push(parseKey(lines[at] ?? '', lines[at + 1] ?? ''));
  return keys;
}

function parseKey(line: string, hex: string): RootKey {
  const [role = '', keyId = '', exponent = '', ...more] = line.split(' ');
  if (!isRole(role) || more.length > 0 || !MODULUS.test(hex)) throw invalid(ROOT, 'has malformed key lines');
  const key = keyOf(Buffer.from(hex, 'hex'), parseUint(exponent) ?? 0);
  if (key.keyId !== keyId) throw invalid(ROOT, `names the key ${key.keyId} by another id`);
  if (key.modulus.length * 2 !== hex.length) throw invalid(ROOT, `has zeros before the modulus of ${keyId}`);
  return { ...key, role };
}

function isRole(word: string): word is Role {
  return word === 'root' || word === 'release' || word === 'both';
}

function keyOf(modulus: Buffer, exponent: number): PublicKey {
  try {
    return publicKeyOf(keyObjectOf({ modulus, exponent }));
  } catch (cause) {
    if (!(cause instanceof SoftOtaError)) throw invalid(ROOT, 'has a modulus that is none');
    throw invalid(ROOT, `has a key that no device takes. ${cause.message.replace(/\.$/, '')}`);
  }
}

/** Trust that nobody could ever use or change again is a mistake. */
function checkKeys(fields: RootFields): void {
  const ids = new Set(fields.keys.map(({ keyId }) => keyId));
  if (ids.size < fields.keys.length) throw invalid(ROOT, 'names a key twice');
  if (rootKeys(fields).length === 0)
    throw invalid(ROOT, 'names no root key: nobody could change it any more');
  const count = releaseKeys(fields).length;
  if (count >= fields.threshold) return;
  throw invalid(ROOT, `asks for ${fields.threshold} signatures and names ${count} release keys`);
}
