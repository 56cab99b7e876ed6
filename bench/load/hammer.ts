/**
 * Load from a process of its own: asks again and again over kept-alive connections. All answers of one target have the same
 * length, so they are counted by their bytes: a client that parses would need more time than the server that it measures.
 */
import { connect, type Socket } from 'node:net';
import { finish, order } from '../lab/parent.js';
import { answerLength } from './answer-length.js';

export interface HammerJob {
  readonly port: number;
  /** For each connection the request targets that it asks in turn. */
  readonly targets: readonly (readonly string[])[];
  readonly ms: number;
}
export interface HammerResult {
  readonly requests: number;
  readonly ms: number;
  /** Milliseconds of processor time of the load itself. */
  readonly cpu: number;
}

interface Tally {
  requests: number;
  readonly end: number;
}

const job = await order<HammerJob>();
const began = performance.now();
const tally: Tally = { requests: 0, end: began + job.ms };
await Promise.all(job.targets.map((targets) => hammer(job.port, targets, tally)));
const { user, system } = process.cpuUsage();
finish({ requests: tally.requests, ms: performance.now() - began, cpu: (user + system) / 1000 });

function hammer(port: number, targets: readonly string[], counted: Tally): Promise<void> {
  const requests = targets.map((target) =>
    Buffer.from(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`),
  );
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('close', () => resolve());
    ask(socket, requests, counted);
  });
}

function ask(socket: Socket, requests: readonly Buffer[], counted: Tally): void {
  let [length, got, at] = [0, 0, 0];
  const next = () => socket.write(requests[at++ % requests.length] ?? '');
  socket.on('data', (bytes) => {
    if (length === 0) length = answerLength(bytes);
    got += bytes.length;
    if (got < length) return;
    if (got > length) throw new Error('The answers have different lengths.');
    got = 0;
    counted.requests += 1;
    if (performance.now() < counted.end) next();
    else socket.end();
  });
  next();
}
