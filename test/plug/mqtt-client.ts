/** Somebody else at the same broker: it hears everything, and gives orders. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Test } from 'tap';
import * as mqtt from './packets.js';

let clients = 0;

export class MqttClient {
  /** All that has come, oldest first. */
  readonly heard: mqtt.Message[] = [];
  readonly #reader = new mqtt.Reader();
  #subscribed: () => void = () => undefined;

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      for (const packet of this.#reader.take(bytes)) this.#take(packet);
    });
  }

  /** Listens to all topics. */
  static async of(t: Test, port: number, user = '', password = ''): Promise<MqttClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    t.teardown(() => socket.destroy());
    const client = new MqttClient(socket);
    const subscribed = new Promise<void>((resolve) => {
      client.#subscribed = resolve;
    });
    const login = user === '' ? [] : [mqtt.text(user), mqtt.text(password)];
    const flags = 2 + (user === '' ? 0 : 192);
    const head = Buffer.concat([mqtt.text('MQTT'), Buffer.from([4, flags, 0, 0])]);
    socket.write(
      mqtt.encode(mqtt.CONNECT, 0, Buffer.concat([head, mqtt.text(`friend-${++clients}`), ...login])),
    );
    socket.write(
      mqtt.encode(mqtt.SUBSCRIBE, 2, Buffer.concat([mqtt.word(1), mqtt.text('#'), Buffer.from([0])])),
    );
    await subscribed;
    return client;
  }

  say(topic: string, payload: string | Buffer, options: mqtt.Publish = {}): void {
    this.socket.write(mqtt.publish(topic, payload, options));
  }

  /** The payloads of one topic, oldest first. */
  of(topic: string): string[] {
    return this.heard.filter((message) => message.topic === topic).map(({ payload }) => payload);
  }

  last(topic: string): string | undefined {
    return this.of(topic).at(-1);
  }

  #take(packet: mqtt.Packet): void {
    if (packet.kind === mqtt.SUBACK) this.#subscribed();
    if (packet.kind === mqtt.PUBLISH) this.heard.push(mqtt.readMessage(packet));
  }
}
