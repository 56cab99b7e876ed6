/** `data/anchors`: the keys that a board trusts, two lines each: key id, epoch, exponent · modulus in hex (docs/protocol.md §8). */
import { SoftOtaError } from '../errors.js';
import { keyObjectOf, type PublicKey, publicKeyOf } from '../manifest/public-key.js';
import { parseWhole } from '../manifest/words.js';

export function encodeAnchors(keys: readonly PublicKey[]): string {
  return keys
    .map(
      ({ keyId, epoch, exponent, modulus }) => `${keyId} ${epoch} ${exponent}\n${modulus.toString('hex')}\n`,
    )
    .join('');
}

/** @throws SoftOtaError key_invalid for a malformed line, and for a key id that is not the key's own */
export function parseAnchors(text: string): PublicKey[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw invalid(lines.length + 1, 'does not end with a line feed');
  const keys: PublicKey[] = [];
  for (let at = 0; at < lines.length; at += 2)
    keys.push(parseAnchor(lines[at] ?? '', lines[at + 1] ?? '', at + 1));
  return keys;
}

function parseAnchor(line: string, hex: string, number: number): PublicKey {
  const [keyId, epochWord = '', exponentWord = '', ...more] = line.split(' ');
  const epoch = parseWhole(epochWord);
  const exponent = parseWhole(exponentWord, 1);
  if (epoch === undefined || exponent === undefined || more.length > 0 || !/^(?:[0-9a-f]{2})+$/.test(hex)) {
    throw invalid(number, 'is malformed');
  }
  const key = publicKeyOf(keyObjectOf({ modulus: Buffer.from(hex, 'hex'), exponent }), epoch);
  if (key.keyId !== keyId) throw invalid(number, 'has a key id that is not the one of its key');
  return key;
}

function invalid(line: number, what: string): SoftOtaError {
  return new SoftOtaError('key_invalid', `Line ${line} of the anchors ${what}.`);
}
