/** The bytes of sockets: what has arrived and is not read, what is on its way out, and the windows of both sides. */
import { SEND_BUFFER, WINDOW } from '../messages.js';
import type { EventLoop } from './event-loop.js';
import type { Packet, Socket } from './socket.js';
import { asked } from './timeouts.js';

export class Stream {
  readonly #loop: EventLoop;

  constructor(loop: EventLoop) {
    this.#loop = loop;
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
    asked(this.#loop);
    if (s.kind === 'tcp') {
      s.unsent += copy.length;
      this.#loop.post({ t: 'send', id: s.id, bytes: copy });
    } else {
      this.#loop.post({ t: 'sendto', id: s.id, bytes: copy, ip: s.ip, port: s.port });
    }
    this.#moved(s, copy.length, s.once, bytes.length);
    return copy.length;
  }

  arrived(s: Socket, packet: Packet): void {
    s.queue.push(packet);
    s.held += packet.bytes.length;
  }

  /** A read of more than the window has to let the sender go on before it is done. */
  widen(s: Socket, need: number): void {
    if (s.kind === 'udp' || need <= WINDOW || s.held >= need) return;
    const more = need - s.held - s.credit;
    s.credit += more;
    this.#loop.post({ t: 'eaten', id: s.id, bytes: more });
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
    if (n > credited) this.#loop.post({ t: 'eaten', id: s.id, bytes: n - credited });
    return n;
  }
}
