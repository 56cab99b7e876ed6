/** A broker that does what a test says: refuses, keeps quiet, cuts its packets into bytes, talks nonsense. */
import { createServer, type Socket } from 'node:net';
import type { Test } from 'tap';
import * as mqtt from './packets.js';

/** The answer to a packet of the plug; undefined for what a good broker says, empty for nothing. */
export type Answer = (packet: mqtt.Packet) => Buffer | undefined;

export class FakeBroker {
  readonly connections: Socket[] = [];
  readonly packets: mqtt.Packet[] = [];
  answer: Answer = () => undefined;
  #server = createServer((socket) => this.#accept(socket));

  static async up(t: Test, answer: Answer = () => undefined): Promise<FakeBroker> {
    const broker = new FakeBroker();
    broker.answer = answer;
    await new Promise<void>((resolve) => broker.#server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => {
      for (const socket of broker.connections) socket.destroy();
      broker.#server.close();
    });
    return broker;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  send(bytes: Buffer): void {
    this.connections.at(-1)?.write(bytes);
  }

  of(kind: number): mqtt.Packet[] {
    return this.packets.filter((packet) => packet.kind === kind);
  }

  messages(): mqtt.Message[] {
    return this.of(mqtt.PUBLISH).map(mqtt.readMessage);
  }

  #accept(socket: Socket): void {
    const reader = new mqtt.Reader();
    socket.setNoDelay(true);
    this.connections.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      for (const packet of reader.take(bytes)) {
        this.packets.push(packet);
        socket.write(this.answer(packet) ?? goodAnswer(packet));
      }
    });
  }
}

function goodAnswer(packet: mqtt.Packet): Buffer {
  if (packet.kind === mqtt.CONNECT) return mqtt.encode(mqtt.CONNACK, 0, Buffer.from([0, 0]));
  if (packet.kind === mqtt.SUBSCRIBE) {
    return mqtt.encode(
      mqtt.SUBACK,
      0,
      Buffer.concat([packet.body.subarray(0, 2), Buffer.from([1, 1, 1, 1])]),
    );
  }
  if (packet.kind === mqtt.PUBLISH)
    return mqtt.encode(mqtt.PUBACK, 0, mqtt.word(mqtt.readMessage(packet).id));
  if (packet.kind === mqtt.PINGREQ) return mqtt.encode(mqtt.PINGRESP, 0);
  return Buffer.alloc(0);
}
