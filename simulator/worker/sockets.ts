/**
 * The board's sockets as its program sees them. The real ones live on the main thread; here are the bytes that have arrived,
 * the states, and the waiting. Answers are numbers: 0 or more is good, negative is an errno.
 */
import { SEND_BUFFER, WINDOW } from '../messages.js';
import type { Hub } from './hub.js';

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
/** How long lwIP tries to connect. */
const CONNECT_MS = 18_000;
/** Real milliseconds that a driven clock waits for an answer, and for more of one. */
const ANSWER_MS = 2000;
const QUIET_MS = 100;
/** A stock ESP8266 build has room for so many. */
const MAX_SOCKETS = 16;

interface Packet {
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

export class Sockets {
  readonly #all = new Map<number, Socket>();
  #next = 1;

  constructor(
    readonly hub: Hub,
    readonly reachable: () => boolean,
  ) {
    hub.on('connected', ({ id }) =>
      this.#seen(id, (s) => {
        s.state = 'open';
      }),
    );
    hub.on('data', ({ id, bytes }) =>
      this.#seen(id, (s) => this.#queue(s, { bytes, ip: s.ip, port: s.port })),
    );
    hub.on('datagram', ({ id, bytes, ip, port }) =>
      this.#seen(id, (s) => this.#queue(s, { bytes, ip, port })),
    );
    hub.on('sent', ({ id, bytes }) => this.#sent(id, bytes));
    hub.on('end', ({ id }) =>
      this.#seen(id, (s) => {
        s.ended = true;
      }),
    );
    hub.on('failed', ({ id, errno }) =>
      this.#seen(id, (s) => {
        s.errno = errno;
        s.state = 'closed';
      }),
    );
    hub.on('accepted', ({ id, child, ip, port }) =>
      this.#seen(id, (s) => {
        // from now on bytes may come for it, long before the program accepts it
        Object.assign(this.#add(child, 'tcp'), { state: 'open', ip, port });
        s.waiting.push(child);
      }),
    );
  }

  get(id: number): Socket | undefined {
    return this.#all.get(id);
  }

  open(kind: 'tcp' | 'udp'): number {
    if (this.#all.size >= MAX_SOCKETS) return -ERR.ENFILE;
    const socket = this.#add(this.#next++, kind);
    this.hub.post({ t: 'socket', id: socket.id, kind });
    return socket.id;
  }

  connect(id: number, ip: string, port: number): number {
    return this.#with(id, (s) => {
      if (s.kind === 'udp') return this.target(id, ip, port);
      if (s.state === 'connecting') return -ERR.EALREADY;
      if (s.state === 'open') return -ERR.EISCONN;
      if (!this.reachable()) return -ERR.EHOSTUNREACH;
      s.state = 'connecting';
      this.#asked();
      this.hub.post({ t: 'connect', id, ip, port });
      if (s.timeout === 0) return -ERR.EINPROGRESS;
      return this.#connected(s);
    });
  }

  bind(id: number, port: number): number {
    return this.#with(id, (s) => {
      s.port = port;
      if (s.kind === 'udp') this.hub.post({ t: 'bind', id, port });
      return 0;
    });
  }

  listen(id: number): number {
    return this.#with(id, (s) => {
      s.state = 'listening';
      this.hub.post({ t: 'listen', id, port: s.port, ms: this.hub.clock.now() });
      return 0;
    });
  }

  accept(id: number): number {
    return this.#with(id, (s) => {
      const code = this.#until(s, () => s.waiting.length > 0);
      if (code < 0) return code;
      return s.waiting.shift() ?? -ERR.EAGAIN;
    });
  }

  target(id: number, ip: string, port: number): number {
    return this.#with(id, (s) => {
      if (!this.reachable()) return -ERR.EHOSTUNREACH;
      Object.assign(s, { ip, port, state: 'open' });
      return 0;
    });
  }

  /** Waits until `n` bytes can be read without waiting (n < 0: until the other side has closed). Without a timeout a part will do. */
  waitRead(id: number, n: number): number {
    return this.#with(id, (s) => {
      const need = s.timeout === 0 ? 1 : n < 0 ? Number.MAX_SAFE_INTEGER : n;
      this.#widen(s, need);
      return this.#until(s, () => s.held >= need || s.ended || (s.kind === 'udp' && s.queue.length > 0));
    });
  }

  waitLine(id: number): number {
    const whole = (s: Socket): boolean => s.queue.some((p) => p.bytes.includes(10));
    return this.#with(id, (s) =>
      this.#until(s, () => s.ended || (s.timeout === 0 ? s.queue.length > 0 : whole(s))),
    );
  }

  waitWrite(id: number): number {
    return this.#with(id, (s) => {
      if (s.kind === 'udp') return 0;
      if (s.state === 'new') return -ERR.ENOTCONN;
      return this.#until(s, () => s.state === 'open' && s.unsent < SEND_BUFFER);
    });
  }

  once(id: number): number {
    return this.#with(id, (s) => {
      s.once = 'armed';
      return 0;
    });
  }

  setTimeout(id: number, ms: number): number {
    return this.#with(id, (s) => {
      s.timeout = ms;
      return 0;
    });
  }

  close(id: number): number {
    if (this.#all.delete(id)) this.hub.post({ t: 'close', id });
    return 0;
  }

  /** The device file's read: what is there, without waiting. A datagram is one read, and what does not fit is lost. */
  read(s: Socket, into: Uint8Array): number {
    if (this.#spent(s)) return 0;
    const head = s.queue[0];
    let n = 0;
    if (head !== undefined) n = s.kind === 'udp' ? this.#datagram(s, head, into) : this.#stream(s, into);
    this.#moved(s, n, s.kind === 'udp' ? 'armed' : s.once, into.length);
    return n;
  }

  write(s: Socket, bytes: Uint8Array): number {
    if (this.#spent(s)) return 0;
    const part = s.once === 'armed' && s.kind === 'tcp' ? SEND_BUFFER - s.unsent : bytes.length;
    const copy = bytes.slice(0, part);
    this.#asked();
    if (s.kind === 'tcp') {
      s.unsent += copy.length;
      this.hub.post({ t: 'send', id: s.id, bytes: copy });
    } else this.hub.post({ t: 'sendto', id: s.id, bytes: copy, ip: s.ip, port: s.port });
    this.#moved(s, copy.length, s.once, bytes.length);
    return copy.length;
  }

  #spent(s: Socket): boolean {
    if (s.once !== 'spent') return false;
    s.once = 'free';
    return true;
  }

  /** The VM asks again only after a part; a whole, an end or nothing at all ends its loop. */
  #moved(s: Socket, n: number, call: Socket['once'], asked: number): void {
    s.once = call === 'armed' && n > 0 && n < asked ? 'spent' : 'free';
  }

  /** poll(): the events of `wanted` that hold, and errors always. */
  events(id: number, wanted: number): number {
    const s = this.#all.get(id);
    if (s === undefined) return 0;
    let events = 0;
    if (s.queue.length > 0 || s.waiting.length > 0 || s.ended) events |= POLLIN;
    if (s.kind === 'udp' || (s.state === 'open' && s.unsent < SEND_BUFFER)) events |= POLLOUT;
    events &= wanted;
    if (s.errno !== 0) events |= POLLERR | (wanted & (POLLIN | POLLOUT));
    return s.state === 'new' && s.kind === 'tcp' ? POLLHUP : events;
  }

  #add(id: number, kind: 'tcp' | 'udp'): Socket {
    const socket: Socket = {
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
    this.#all.set(id, socket);
    return socket;
  }

  #with(id: number, work: (socket: Socket) => number): number {
    const socket = this.#all.get(id);
    return socket === undefined ? -ERR.EINVAL : work(socket);
  }

  #connected(s: Socket): number {
    const limit = s.timeout < 0 ? CONNECT_MS : s.timeout;
    const there = this.hub.wait(() => s.state !== 'connecting', this.hub.clock.now() + limit);
    if (!there) return -ERR.ETIMEDOUT;
    return s.errno === 0 ? 0 : -s.errno;
  }

  #until(s: Socket, ready: () => boolean): number {
    const fine = (): boolean => ready() || s.errno !== 0;
    const limit = s.timeout < 0 ? Number.POSITIVE_INFINITY : this.hub.clock.now() + s.timeout;
    const there = this.hub.wait(fine, limit);
    if (!there) return s.timeout === 0 ? -ERR.EAGAIN : -ERR.ETIMEDOUT;
    return ready() || s.errno === 0 ? 0 : -s.errno;
  }

  #datagram(s: Socket, packet: Packet, into: Uint8Array): number {
    s.queue.shift();
    s.held -= packet.bytes.length;
    s.ip = packet.ip;
    s.port = packet.port;
    const n = Math.min(into.length, packet.bytes.length);
    into.set(packet.bytes.subarray(0, n));
    return n;
  }

  #stream(s: Socket, into: Uint8Array): number {
    let n = 0;
    for (let head = s.queue[0]; head !== undefined && n < into.length; head = s.queue[0]) {
      const part = head.bytes.subarray(0, into.length - n);
      into.set(part, n);
      n += part.length;
      if (part.length === head.bytes.length) s.queue.shift();
      else s.queue[0] = { ...head, bytes: head.bytes.subarray(part.length) };
    }
    s.held -= n;
    const credited = Math.min(n, s.credit);
    s.credit -= credited;
    if (n > credited) this.hub.post({ t: 'eaten', id: s.id, bytes: n - credited });
    return n;
  }

  /** A read of more than the window has to let the sender go on before it is done. */
  #widen(s: Socket, need: number): void {
    if (s.kind === 'udp' || need <= WINDOW || s.held >= need) return;
    const more = need - s.held - s.credit;
    s.credit += more;
    this.hub.post({ t: 'eaten', id: s.id, bytes: more });
  }

  #queue(s: Socket, packet: Packet): void {
    s.queue.push(packet);
    s.held += packet.bytes.length;
  }

  #seen(id: number, change: (socket: Socket) => void): void {
    const { quiet } = this.hub;
    const until = performance.now() + (quiet ?? QUIET_MS);
    this.hub.busyUntil = quiet === undefined ? Math.max(this.hub.busyUntil, until) : until;
    const socket = this.#all.get(id);
    if (socket !== undefined) change(socket);
  }

  /** No answer yet. */
  #sent(id: number, bytes: number): void {
    this.hub.busyUntil = Math.max(this.hub.busyUntil, performance.now() + (this.hub.quiet ?? QUIET_MS));
    const socket = this.#all.get(id);
    if (socket !== undefined) socket.unsent -= bytes;
  }

  #asked(): void {
    this.hub.busyUntil = performance.now() + ANSWER_MS;
  }
}
