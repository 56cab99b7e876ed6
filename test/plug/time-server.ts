/** A time server whose clock is the test's. It knows when it is asked what time it is in the plug's world, and may keep silent. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Test } from 'tap';

/** From 1900 to 2000, in ms. */
const TO_2000 = 3_155_673_600_000;

export class TimeServer {
  #socket: Socket = createSocket('udp4');
  answers = 0;

  private constructor(
    /** The time in ms since 2000; undefined: no answer. */
    readonly now: () => Promise<number | undefined>,
  ) {}

  static async up(t: Test, now: () => Promise<number | undefined>): Promise<TimeServer> {
    const server = new TimeServer(now);
    server.#socket.on('message', (question, from) => void server.#answer(question, from));
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    t.teardown(() => server.#socket.close());
    return server;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async #answer(question: Buffer, from: { address: string; port: number }): Promise<void> {
    const ms = await this.now();
    if (ms === undefined) return;
    const answer = Buffer.alloc(48);
    answer.set([0x24, 2]); // version 4, server, stratum 2
    question.copy(answer, 24, 40, 48);
    answer.writeUInt32BE(Math.floor((ms + TO_2000) / 1000) % 2 ** 32, 40);
    answer.writeUInt32BE(Math.floor(((ms % 1000) / 1000) * 2 ** 32), 44);
    this.answers++;
    this.#socket.send(answer, from.port, from.address);
  }
}
