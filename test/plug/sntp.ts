/** A time server that can be right, and wrong in every way that matters. */
import { createSocket, type Socket } from 'node:dgram';
import type { Test } from 'tap';

/** Seconds from 1900 to 1970. */
const UNIX = 2_208_988_800;
const ERA = 2 ** 32;

export interface Answering {
  /** Unix milliseconds that it tells (default now). */
  time?: number;
  mode?: number;
  stratum?: number;
  leap?: number;
  /** Says nothing. */
  silent?: boolean;
  /** Keeps its answer until letGo(). */
  held?: boolean;
  /** Does not echo the question's stamp. */
  wrongOrigin?: boolean;
  /** Stratum 0 with this word. */
  kiss?: string;
  /** Bytes of the answer (48). */
  length?: number;
  zero?: boolean;
}

export class TimeServer {
  asked = 0;
  answer: Answering = {};
  #held: (() => void) | undefined;

  private constructor(
    readonly socket: Socket,
    readonly port: number,
  ) {
    socket.on('message', (question, from) => {
      this.asked++;
      const send = () => socket.send(packet(question, this.answer), from.port, from.address);
      if (this.answer.held) this.#held = send;
      else if (!this.answer.silent) send();
    });
  }

  /** The last answer that was held. */
  letGo(): void {
    this.#held?.();
  }

  /** On a free port, or on the same one as another server at another address. */
  static async start(t: Test, answer: Answering = {}, address = '127.0.0.1', port = 0): Promise<TimeServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, address, resolve));
    t.teardown(() => void socket.close());
    const server = new TimeServer(socket, socket.address().port);
    server.answer = answer;
    return server;
  }
}

function packet(question: Buffer, answer: Answering): Buffer {
  const { leap = 0, mode = 4, stratum = answer.kiss === undefined ? 2 : 0, length = 48 } = answer;
  const bytes = Buffer.alloc(48);
  bytes[0] = (leap << 6) | (4 << 3) | mode;
  bytes[1] = stratum;
  bytes.write(answer.kiss ?? 'TEST', 12, 'latin1');
  if (answer.wrongOrigin !== true) question.copy(bytes, 24, 40, 48);
  const ms = answer.time ?? Date.now();
  if (answer.zero !== true) {
    bytes.writeUInt32BE((Math.floor(ms / 1000) + UNIX) % ERA, 40);
    bytes.writeUInt32BE(Math.floor(((ms % 1000) / 1000) * ERA), 44);
  }
  return bytes.subarray(0, length);
}
