/** The proof that a request comes from the device that it names (docs/protocol.md §5). */
import { timingSafeEqual } from 'node:crypto';
import { type MacKey, macKey } from './hmac.js';

const FIELD = '&mac=';
/** Hex digits: the first 16 bytes. */
const DIGITS = 32;

/**
 * The MAC of a request, in hex.
 * @param key K of the device that asks
 * @param text the request target behind the base path and its slash, up to "&mac="
 */
export function requestMac(key: Buffer | MacKey, text: string): string {
  return macKey(key).mac(text, 'hex').slice(0, DIGITS);
}

/**
 * True when the last field of `target` is the right MAC of all before it. Takes as long for a nearly right one as for any other.
 * @param target the raw request target, from its first slash on
 */
export function isProven(key: Buffer | MacKey, target: string): boolean {
  const end = target.length - DIGITS;
  if (end < FIELD.length || target.slice(end - FIELD.length, end) !== FIELD) return false;
  // The target may hold bytes above 127; one byte for each keeps both equally long.
  wanted.write(requestMac(key, target.slice(1, end - FIELD.length)), 'latin1');
  given.write(target.slice(end), 'latin1');
  return timingSafeEqual(wanted, given);
}

/** Written and compared at once. */
const wanted = Buffer.alloc(DIGITS);
const given = Buffer.alloc(DIGITS);
