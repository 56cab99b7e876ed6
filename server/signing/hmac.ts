/**
 * HMAC-SHA256 (RFC 2104) of short texts with keys that stay. Node's own makes an object outside of JavaScript for each MAC; for ten
 * thousand questions a second, clearing those away takes ten times as long as the hashing.
 */
import crypto, { type BinaryToTextEncoding } from 'node:crypto';

const BLOCK = 64;
/** What devices ask is shorter. */
const DEFAULT_LENGTH = 1024;

/** Node before 20.12 has no hash() for one piece. */
const sha256: (data: Buffer, encoding: BinaryToTextEncoding) => string =
  typeof crypto.hash === 'function'
    ? (data, encoding) => crypto.hash('sha256', data, encoding)
    : (data, encoding) => crypto.createHash('sha256').update(data).digest(encoding);

export class MacKey {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  /** @param key at most 64 bytes */
  constructor(key: Buffer) {
    if (key.length > BLOCK) throw new RangeError('The key is longer than a block.');
    const padded = Buffer.concat([key], BLOCK);
    this.#inner = Buffer.from(padded.map((byte) => byte ^ 0x36));
    this.#outer = Buffer.from(padded.map((byte) => byte ^ 0x5c));
  }

  /** @param text one byte for each character */
  mac(text: string, encoding: BinaryToTextEncoding): string {
    const inner = sha256(joined(this.#inner, text), 'binary');
    return sha256(joined(this.#outer, inner), encoding);
  }
}

/** For whoever asks once and has the bytes alone. */
export function macKey(key: Buffer | MacKey): MacKey {
  return key instanceof MacKey ? key : new MacKey(key);
}

const scratch = Buffer.alloc(BLOCK + DEFAULT_LENGTH);
/** Its first n bytes: making such a view takes nearly as long as hashing it. */
const starts: Buffer[] = [];

/** Used at once: the next call writes over it. */
function joined(pad: Buffer, text: string): Buffer {
  const size = BLOCK + text.length;
  const bytes = text.length > DEFAULT_LENGTH ? Buffer.alloc(size) : startOf(size);
  bytes.set(pad);
  bytes.write(text, BLOCK, 'latin1');
  return bytes;
}

function startOf(size: number): Buffer {
  starts[size] ??= scratch.subarray(0, size);
  return starts[size];
}
