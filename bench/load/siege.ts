/** An attack from a process of its own: connections that say nothing, that say a byte a second, and that say what is no request. */
import { connect, type Socket } from 'node:net';
import { finish, order, say } from '../lab/parent.js';
import { MALFORMED } from './malformed.js';

export interface SiegeJob {
  readonly port: number;
  readonly idle: number;
  readonly slow: number;
  /** Connections that send one malformed request after another, each with a pause of `pause` milliseconds. */
  readonly floods: number;
  readonly pause: number;
}
/** The first message, once all connections have been open; the second one comes after SIGTERM. */
export interface SiegeReport {
  readonly open: number;
  readonly malformed: number;
  readonly reopened: number;
  /** Status of the answers to what is malformed: how often. */
  readonly answers: Readonly<Record<string, number>>;
}

/** Not those of honest devices; each has its own 28,000 ports. */
const SOURCES = 20;
const BYTE_MS = 1000;
const REOPEN_MS = 1000;
const SLOW_TEXT = `GET /6/head HTTP/1.1\r\nHost: a\r\nX-Slow: ${'x'.repeat(60)}`;

const { port, idle, slow, floods, pause } = await order<SiegeJob>();
const answers: Record<string, number> = {};
let [open, opened, malformed, reopened] = [0, 0, 0, 0];
let isOver = false;
const sockets = new Set<Socket>();

process.once('SIGTERM', () => {
  isOver = true;
  for (const socket of sockets) socket.destroy();
  finish({ open, malformed, reopened, answers });
});
for (let i = 0; i < idle; i += 1) hold(i, () => undefined);
for (let i = 0; i < slow; i += 1) hold(idle + i, dribble);
for (let i = 0; i < floods; i += 1) flood(i, i);
await until(() => opened >= idle + slow);
say({ open, malformed, reopened, answers });

function dial(i: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.1.${2 + (i % SOURCES)}` });
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  // What the server does with it is its right.
  socket.on('error', () => undefined);
  return socket;
}

/** Opens a connection, again and again whenever the server has closed it. */
function hold(i: number, use: (socket: Socket) => void): void {
  const socket = dial(i);
  let counted = false;
  socket.once('connect', () => {
    counted = true;
    open += 1;
    opened += 1;
    use(socket);
  });
  socket.resume();
  socket.once('close', () => {
    if (isOver) return;
    if (counted) open -= 1;
    reopened += 1;
    setTimeout(() => hold(i, use), REOPEN_MS);
  });
}

function dribble(socket: Socket): void {
  let at = 0;
  const timer = setInterval(() => socket.write(SLOW_TEXT[at++ % SLOW_TEXT.length] ?? 'x'), BYTE_MS);
  socket.once('close', () => clearInterval(timer));
}

function flood(i: number, at: number): void {
  if (isOver) return;
  const [, text = ''] = MALFORMED[at % MALFORMED.length] ?? [];
  const socket = dial(i);
  let status = 'none';
  socket.once('data', (bytes) => {
    status = /^HTTP\/1\.1 (\d{3})/.exec(bytes.toString('latin1'))?.[1] ?? 'other';
    socket.destroy();
  });
  // Half a request gets no answer before the server has lost its patience.
  socket.setTimeout(500, () => socket.destroy());
  socket.once('close', () => {
    malformed += 1;
    answers[status] = (answers[status] ?? 0) + 1;
    setTimeout(() => flood(i, at + floods), pause);
  });
  socket.write(text, 'latin1');
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}
