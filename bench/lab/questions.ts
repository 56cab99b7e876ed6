/** What devices ask (docs/protocol.md §4). Pure: device number `i` asks the same in every run. */
import { createHash } from 'node:crypto';
import { freshKey } from '../../server/signing/fresh.js';
import { MacKey } from '../../server/signing/hmac.js';
import { requestMac } from '../../server/signing/request-mac.js';

const NONCES = 64;

/**
 * The request targets that one device asks in turn.
 * @param master what enrolled it: then every question has another nonce, and a MAC
 */
export function questions(i: number, key: string, master?: Buffer): string[] {
  if (master === undefined) return [question(i, key)];
  const own = new MacKey(freshKey(master, nameOf(i)));
  return Array.from({ length: NONCES }, (_, n) => {
    const target = question(i, key, hex(`nonce ${i} ${n}`, 16));
    return `${target}&mac=${requestMac(own, target.slice(1))}`;
  });
}

export function question(i: number, key: string, nonce?: string): string {
  const id = nameOf(i);
  const digest = hex(`tree ${i}`, 16);
  const fields = `id=${id}&have=1763600000&key=${key}&board=s20&mpy=9990&fw=1.27.0&tree=${digest}`;
  return `/6/head?${fields}${nonce === undefined ? '' : `&nonce=${nonce}`}`;
}

function nameOf(i: number): string {
  return hex(`device ${i}`, 12);
}

export function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
