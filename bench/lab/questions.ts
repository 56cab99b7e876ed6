/** What devices ask (docs/protocol.md §4). Pure: device number `i` asks the same in every run. */
import { createHash } from 'node:crypto';

const NONCES = 64;

/** The request targets that one device asks in turn; with a nonce every one is another. */
export function questions(i: number, key: string, fresh: boolean): string[] {
  if (!fresh) return [question(i, key)];
  return Array.from({ length: NONCES }, (_, n) => question(i, key, hex(`nonce ${i} ${n}`, 16)));
}

export function question(i: number, key: string, nonce?: string): string {
  const id = hex(`device ${i}`, 12);
  const digest = hex(`tree ${i}`, 16);
  const fields = `id=${id}&have=1763600000&key=${key}&board=s20&mpy=9990&fw=1.27.0&tree=${digest}`;
  return `/6/head?${fields}${nonce === undefined ? '' : `&nonce=${nonce}`}`;
}

export function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
