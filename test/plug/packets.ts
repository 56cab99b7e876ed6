/** MQTT 3.1.1 on the wire, written for tests without a look at the plug's own. Pure. */

export interface Packet {
  readonly kind: number;
  readonly flags: number;
  readonly body: Buffer;
}

export interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  readonly qos: number;
  readonly dup: boolean;
  readonly id: number;
}

export const CONNECT = 1;
export const CONNACK = 2;
export const PUBLISH = 3;
export const PUBACK = 4;
export const SUBSCRIBE = 8;
export const SUBACK = 9;
export const PINGREQ = 12;
export const PINGRESP = 13;

export function encode(kind: number, flags: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const length: number[] = [];
  let rest = body.length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    length.push(rest > 0 ? digit + 128 : digit);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([kind * 16 + flags, ...length]), body]);
}

export function text(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([word(bytes.length), bytes]);
}

export function word(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255]);
}

export interface Publish {
  readonly qos?: number;
  readonly retain?: boolean;
  readonly id?: number;
}

export function publish(
  topic: string,
  payload: string | Buffer,
  { qos = 0, retain = false, id = 1 }: Publish = {},
): Buffer {
  const parts = [text(topic), ...(qos > 0 ? [word(id)] : []), Buffer.from(payload)];
  return encode(PUBLISH, qos * 2 + (retain ? 1 : 0), Buffer.concat(parts));
}

export function readMessage({ flags, body }: Packet): Message {
  const end = 2 + body.readUInt16BE(0);
  const qos = (flags >> 1) & 3;
  return {
    topic: body.toString('utf8', 2, end),
    payload: body.toString('utf8', end + (qos > 0 ? 2 : 0)),
    retain: (flags & 1) === 1,
    qos,
    dup: (flags & 8) === 8,
    id: qos > 0 ? body.readUInt16BE(end) : 0,
  };
}

/** Cuts a stream into packets; give it what arrives. */
export class Reader {
  #held = Buffer.alloc(0);

  take(bytes: Buffer): Packet[] {
    this.#held = Buffer.concat([this.#held, bytes]);
    const packets: Packet[] = [];
    for (let packet = this.#next(); packet !== undefined; packet = this.#next()) packets.push(packet);
    return packets;
  }

  #next(): Packet | undefined {
    let length = 0;
    for (let i = 1; i < 5; i++) {
      const digit = this.#held[i];
      if (digit === undefined) return undefined;
      length += (digit % 128) * 128 ** (i - 1);
      if (digit < 128) return this.#cut(i + 1, length);
    }
    throw new Error('a length of more than four bytes');
  }

  #cut(start: number, length: number): Packet | undefined {
    if (this.#held.length < start + length) return undefined;
    const first = this.#held[0] ?? 0;
    const body = this.#held.subarray(start, start + length);
    this.#held = this.#held.subarray(start + length);
    return { kind: first >> 4, flags: first & 15, body };
  }
}
