/** One socket of the board, as its program sees it. */
import { SEND_BUFFER } from '../messages.js';

export const ERR = {
  ENOENT: 2,
  EAGAIN: 11,
  EINVAL: 22,
  ENFILE: 23,
  EADDRINUSE: 98,
  ECONNABORTED: 103,
  ECONNRESET: 104,
  EISCONN: 106,
  ENOTCONN: 107,
  ETIMEDOUT: 110,
  EHOSTUNREACH: 113,
  EALREADY: 114,
  EINPROGRESS: 115,
} as const;

const POLLIN = 1;
const POLLOUT = 4;
const POLLERR = 8;
const POLLHUP = 16;

export interface Packet {
  readonly bytes: Uint8Array;
  readonly ip: string;
  readonly port: number;
}

export interface Socket {
  readonly id: number;
  readonly kind: 'tcp' | 'udp';
  state: 'new' | 'connecting' | 'open' | 'listening' | 'closed';
  queue: Packet[];
  held: number;
  ended: boolean;
  errno: number;
  timeout: number;
  unsent: number;
  ip: string;
  port: number;
  /** Connections that are there and not yet accepted. */
  waiting: number[];
  /** recv and send move bytes once, but the VM's loop asks again: `armed` is the one real call, after it comes a 0. */
  once: 'free' | 'armed' | 'spent';
  /** Bytes that a large read has already told the sender to send. */
  credit: number;
}

export function newSocket(id: number, kind: Socket['kind']): Socket {
  return {
    id,
    kind,
    state: 'new',
    queue: [],
    held: 0,
    ended: false,
    errno: 0,
    timeout: -1,
    unsent: 0,
    ip: '',
    port: 0,
    waiting: [],
    once: 'free',
    credit: 0,
  };
}

/** poll(): the events of `wanted` that hold, and errors always. */
export function eventsOf(s: Socket, wanted: number): number {
  let events = 0;
  if (s.queue.length > 0 || s.waiting.length > 0 || s.ended) events |= POLLIN;
  if (s.kind === 'udp' || (s.state === 'open' && s.unsent < SEND_BUFFER)) events |= POLLOUT;
  events &= wanted;
  if (s.errno !== 0) events |= POLLERR | (wanted & (POLLIN | POLLOUT));
  return s.state === 'new' && s.kind === 'tcp' ? POLLHUP : events;
}
