/** Answers devices that look for a server on their network. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Releases } from '../release/releases.js';
import { answerText, parseQuestion, selectKeyId } from './message.js';
import { AnswerRate } from './rate.js';

/** Where devices ask (docs/protocol.md §7). */
export const ASKED_PORT = 8267;

export interface DiscoveryOptions {
  /** UDP port to answer on. */
  readonly port: number;
  /** TCP port that the answers name. */
  readonly httpPort: number;
  /** True when the server listens on the loopback interface only: then nobody else is told of it. */
  readonly localOnly: boolean;
  readonly releases: Releases;
}

/**
 * Resolves once the port is open.
 * @returns ends the answering
 * @throws the system's error when the port is taken
 */
export async function answerQuestions(options: DiscoveryOptions): Promise<() => Promise<void>> {
  const socket = createSocket('udp4');
  // Bound to one address, a socket would not hear broadcasts.
  await bind(socket, options.port);
  const rate = new AnswerRate();
  socket.on('message', (datagram, sender) => {
    const { current } = options.releases;
    const trusted = parseQuestion(datagram);
    if (current === undefined || trusted === undefined || !mayKnow(sender, options)) return;
    if (!rate.allows(sender.address, performance.now())) return;
    // An answer that cannot be sent is one that got lost: the device asks again.
    socket.send(
      answerText(selectKeyId(trusted, current), options.httpPort),
      sender.port,
      sender.address,
      () => undefined,
    );
  });
  socket.on('error', () => undefined);
  return () => new Promise((resolve) => socket.close(() => resolve()));
}

function mayKnow({ address }: RemoteInfo, { localOnly }: DiscoveryOptions): boolean {
  return !localOnly || address.startsWith('127.');
}

function bind(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '0.0.0.0', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}
