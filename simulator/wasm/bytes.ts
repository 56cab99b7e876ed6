/** Reading and writing the number formats of WebAssembly (LEB128). */

export class Reader {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }
  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }
  /** Unsigned; also skips signed numbers of up to ten bytes. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  signed(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte >= 0x80) continue;
      return shift < 25 && (byte & 0x40) !== 0 ? value | (-1 << (shift + 7)) : value;
    }
  }
  take(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  name(): string {
    return Buffer.from(this.take(this.unsigned())).toString('latin1');
  }
}

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
  return bytes;
}

/** A growing buffer, because half a megabyte is too much for arrays of numbers. */
export class Writer {
  #bytes = new Uint8Array(1024);
  length = 0;

  put(...values: readonly number[]): this {
    return this.all(values);
  }
  all(values: ArrayLike<number>): this {
    if (this.length + values.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (this.length + values.length));
      larger.set(this.#bytes.subarray(0, this.length));
      this.#bytes = larger;
    }
    this.#bytes.set(values, this.length);
    this.length += values.length;
    return this;
  }
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
