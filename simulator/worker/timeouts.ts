/** Waiting for somebody outside of the board: until when its program does, and how long, in real time, a driven clock does. */
import type { EventLoop } from './event-loop.js';
import { ERR, type Socket } from './socket.js';

/** How long lwIP tries to connect. */
const CONNECT_MS = 18_000;
/** Real milliseconds that a driven clock waits for an answer, and for more of one. */
const ANSWER_MS = 2000;
const QUIET_MS = 100;

/** The board asked somebody. */
export function asked(loop: EventLoop): void {
  loop.busyUntil = performance.now() + ANSWER_MS;
}

/** Nobody is there, or nobody any more, who could answer what was sent last. */
export function lost(loop: EventLoop): void {
  loop.busyUntil = Math.min(loop.busyUntil, performance.now());
}

/** Something has come; more may follow. */
export function answered(loop: EventLoop): void {
  const until = performance.now() + (loop.quiet ?? QUIET_MS);
  loop.busyUntil = loop.quiet === undefined ? Math.max(loop.busyUntil, until) : until;
}

/** What was sent is gone; no answer yet. */
export function departed(loop: EventLoop): void {
  loop.busyUntil = Math.max(loop.busyUntil, performance.now() + (loop.quiet ?? QUIET_MS));
}

/** 0 once the socket is connected, else a negative errno. */
export function untilConnected(loop: EventLoop, s: Socket): number {
  const limit = s.timeout < 0 ? CONNECT_MS : s.timeout;
  const there = loop.wait(() => s.state !== 'connecting', loop.clock.now() + limit);
  if (!there) return -ERR.ETIMEDOUT;
  return s.errno === 0 ? 0 : -s.errno;
}

/** 0 once `ready` holds, else a negative errno; by the timeout of the socket. */
export function until(loop: EventLoop, s: Socket, ready: () => boolean): number {
  const fine = (): boolean => ready() || s.errno !== 0;
  const limit = s.timeout < 0 ? Number.POSITIVE_INFINITY : loop.clock.now() + s.timeout;
  const there = loop.wait(fine, limit);
  if (!there) return s.timeout === 0 ? -ERR.EAGAIN : -ERR.ETIMEDOUT;
  return ready() || s.errno === 0 ? 0 : -s.errno;
}
