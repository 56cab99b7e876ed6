/**
 * The board's sockets as its program sees them. The real ones live on the main thread; here are the bytes that have arrived,
 * the states, and the waiting. Answers are numbers: 0 or more is good, negative is an errno.
 */
import { SEND_BUFFER } from '../messages.js';
import type { EventLoop } from './event-loop.js';
import { ERR, eventsOf, newSocket, type Socket } from './socket.js';
import { Stream } from './stream.js';
import { answered, asked, departed, lost, until, untilConnected } from './timeouts.js';

export type { Socket } from './socket.js';

/** A stock ESP8266 build has room for so many. */
const MAX_SOCKETS = 16;

export class Sockets {
  readonly #all = new Map<number, Socket>();
  #next = 1;
  readonly #stream: Stream;

  constructor(
    readonly loop: EventLoop,
    readonly reachable: () => boolean,
  ) {
    this.#stream = new Stream(loop);
    loop.on('connected', ({ id }) =>
      this.#seen(id, (s) => {
        s.state = 'open';
      }),
    );
    loop.on('data', ({ id, bytes }) =>
      this.#seen(id, (s) => this.#stream.arrived(s, { bytes, ip: s.ip, port: s.port })),
    );
    loop.on('datagram', ({ id, bytes, ip, port }) =>
      this.#seen(id, (s) => this.#stream.arrived(s, { bytes, ip, port })),
    );
    loop.on('lost', () => lost(loop));
    loop.on('sent', ({ id, bytes }) => this.#sent(id, bytes));
    loop.on('end', ({ id }) =>
      this.#seen(id, (s) => {
        s.ended = true;
      }),
    );
    loop.on('failed', ({ id, errno }) => {
      this.#seen(id, (s) => {
        s.errno = errno;
        s.state = 'closed';
      });
      lost(loop);
    });
    loop.on('accepted', ({ id, child, ip, port }) =>
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
    this.loop.post({ t: 'socket', id: socket.id, kind });
    return socket.id;
  }

  connect(id: number, ip: string, port: number): number {
    return this.#with(id, (s) => {
      if (s.kind === 'udp') return this.target(id, ip, port);
      if (s.state === 'connecting') return -ERR.EALREADY;
      if (s.state === 'open') return -ERR.EISCONN;
      if (!this.reachable()) return -ERR.EHOSTUNREACH;
      s.state = 'connecting';
      asked(this.loop);
      this.loop.post({ t: 'connect', id, ip, port });
      if (s.timeout === 0) return -ERR.EINPROGRESS;
      return untilConnected(this.loop, s);
    });
  }

  bind(id: number, port: number): number {
    return this.#with(id, (s) => {
      s.port = port;
      if (s.kind === 'udp') this.loop.post({ t: 'bind', id, port });
      return 0;
    });
  }

  listen(id: number): number {
    return this.#with(id, (s) => {
      s.state = 'listening';
      this.loop.post({ t: 'listen', id, port: s.port, ms: this.loop.clock.now() });
      return 0;
    });
  }

  accept(id: number): number {
    return this.#with(id, (s) => {
      const code = until(this.loop, s, () => s.waiting.length > 0);
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
      this.#stream.widen(s, need);
      return until(this.loop, s, () => s.held >= need || s.ended || (s.kind === 'udp' && s.queue.length > 0));
    });
  }

  waitLine(id: number): number {
    const whole = (s: Socket): boolean => s.queue.some((p) => p.bytes.includes(10));
    return this.#with(id, (s) =>
      until(this.loop, s, () => s.ended || (s.timeout === 0 ? s.queue.length > 0 : whole(s))),
    );
  }

  waitWrite(id: number): number {
    return this.#with(id, (s) => {
      if (s.kind === 'udp') return 0;
      if (s.state === 'new') return -ERR.ENOTCONN;
      return until(this.loop, s, () => s.state === 'open' && s.unsent < SEND_BUFFER);
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
    if (this.#all.delete(id)) this.loop.post({ t: 'close', id });
    return 0;
  }

  /** The device file's read: what is there, without waiting. A datagram is one read, and what does not fit is lost. */
  read(s: Socket, into: Uint8Array): number {
    return this.#stream.read(s, into);
  }

  write(s: Socket, bytes: Uint8Array): number {
    return this.#stream.write(s, bytes);
  }

  /** poll(): the events of `wanted` that hold, and errors always. */
  events(id: number, wanted: number): number {
    const s = this.#all.get(id);
    return s === undefined ? 0 : eventsOf(s, wanted);
  }

  #add(id: number, kind: Socket['kind']): Socket {
    const socket = newSocket(id, kind);
    this.#all.set(id, socket);
    return socket;
  }

  #with(id: number, work: (socket: Socket) => number): number {
    const socket = this.#all.get(id);
    return socket === undefined ? -ERR.EINVAL : work(socket);
  }

  #seen(id: number, change: (socket: Socket) => void): void {
    answered(this.loop);
    const socket = this.#all.get(id);
    if (socket !== undefined) change(socket);
  }

  #sent(id: number, bytes: number): void {
    departed(this.loop);
    const socket = this.#all.get(id);
    if (socket !== undefined) socket.unsent -= bytes;
  }
}
