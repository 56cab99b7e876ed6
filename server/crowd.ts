/**
 * A process may have so many connections, and whoever wants to keep the others out needs only to open them all. When they become
 * scarce, the address that has most of them loses the one that has been silent longest. Nobody loses any before: behind one
 * address may be a whole house, or a proxy.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Open files beside connections: those of a build, the log, the programs that this one runs. */
const RESERVE = 64;
/** Where the system does not say how many there may be. */
const USUAL = 4096;

/** How many connections this process can have. */
export function mostConnections(): number {
  const files = Number(/^Max open files +(\d+)/m.exec(limits())?.[1] ?? USUAL);
  return Math.max(files - RESERVE, files / 2);
}

function limits(): string {
  try {
    return readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return '';
  }
}

/** From now on `server` has no more than `most` connections, and whoever is new gets one. */
export function keepRoom(server: Server, most: number): void {
  const crowd = new Crowd();
  server.on('connection', (socket) => {
    crowd.hear(socket);
    socket.once('close', () => crowd.leave(socket));
    if (crowd.size > most) crowd.dismissOne();
  });
  server.on('request', ({ socket }: IncomingMessage) => crowd.hear(socket));
}

class Crowd {
  /** Those who were heard last are at the end, among the addresses and among the connections of one. */
  readonly #groups = new Map<string, Set<Socket>>();
  readonly #groupOf = new WeakMap<Socket, string>();
  size = 0;

  /** It came, or it asks. */
  hear(socket: Socket): void {
    const known = this.#groupOf.get(socket);
    const name = known ?? groupOf(socket.remoteAddress ?? '');
    const group = this.#groups.get(name) ?? new Set();
    if (known === undefined) this.size += 1;
    this.#groupOf.set(socket, name);
    group.delete(socket);
    group.add(socket);
    this.#groups.delete(name);
    this.#groups.set(name, group);
  }

  leave(socket: Socket): void {
    const name = this.#groupOf.get(socket);
    if (name === undefined) return;
    this.#groupOf.delete(socket);
    this.size -= 1;
    const group = this.#groups.get(name);
    group?.delete(socket);
    if (group?.size === 0) this.#groups.delete(name);
  }

  dismissOne(): void {
    let largest = new Set<Socket>();
    for (const group of this.#groups.values()) if (group.size > largest.size) largest = group;
    const [silent] = largest;
    if (silent === undefined) return;
    this.leave(silent);
    silent.destroy();
  }
}

/** Whoever has one IPv6 address has 2^64 of them. */
function groupOf(address: string): string {
  const isMapped = address.startsWith('::ffff:');
  return isMapped || !address.includes(':') ? address : address.split(':', 4).join(':');
}
