/** Many devices from a process of its own: each one has a connection of its own, asks once, and leaves. */
import { connect } from 'node:net';
import { finish, order } from '../lab/parent.js';
import { hex, question } from '../lab/questions.js';
import { answerLength } from './answer-length.js';

export interface HerdJob {
  readonly port: number;
  readonly key: string;
  readonly devices: number;
  /** The devices begin at random moments within so many milliseconds; 0: all at once. */
  readonly within: number;
  /** Milliseconds after which a device gives up. */
  readonly patience: number;
}
export interface HerdResult {
  /** Milliseconds from the connection's begin to the last byte, of those who got an answer. */
  readonly times: readonly number[];
  /** What went wrong: how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** Connections that were open at the same time. */
  readonly together: number;
  readonly ms: number;
}

/** Every source address has its own 28,000 ports. */
const SOURCES = 20;

const job = await order<HerdJob>();
const times: number[] = [];
const failures: Record<string, number> = {};
let open = 0;
let together = 0;
const began = performance.now();
await Promise.all(Array.from({ length: job.devices }, (_, i) => device(i)));
finish({ times, failures, together, ms: performance.now() - began });

async function device(i: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, job.within * moment(i)));
  open += 1;
  together = Math.max(together, open);
  const begin = performance.now();
  const failure = await visit(i);
  open -= 1;
  if (failure === undefined) times.push(performance.now() - begin);
  else failures[failure] = (failures[failure] ?? 0) + 1;
}

/** From 0 to 1, the same for a device in every run. */
function moment(i: number): number {
  return Number.parseInt(hex(`moment ${i}`, 8), 16) / 0xffff_ffff;
}

/** What went wrong, if anything. */
function visit(i: number): Promise<string | undefined> {
  const { port, key, patience } = job;
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (i % SOURCES)}` });
  return new Promise((resolve) => {
    const settle = (failure?: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failure);
    };
    const timer = setTimeout(() => settle('no answer in time'), patience);
    let [length, got] = [0, 0];
    socket.on('data', (bytes) => {
      if (length === 0) length = answerLength(bytes);
      got += bytes.length;
      if (got >= length) settle();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? 'error'));
    socket.once('end', () => settle('closed before the answer'));
    socket.write(`GET ${question(i, key, hex(`herd ${i}`, 16))} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  });
}
