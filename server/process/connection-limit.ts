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
const DEFAULT_OPEN_FILES = 4096;

/** How many connections this process can have. */
export function maxConnections(): number {
  const files = Number(/^Max open files +(\d+)/m.exec(limits())?.[1] ?? DEFAULT_OPEN_FILES);
  return Math.max(files - RESERVE, files / 2);
}

function limits(): string {
  try {
    return readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return '';
  }
}

/** From now on `server` has no more than `max` connections, and whoever is new gets one. */
export function limitConnections(server: Server, max: number): void {
  const limiter = new ConnectionLimiter();
  server.on('connection', (socket) => {
    limiter.add(socket);
    socket.once('close', () => limiter.remove(socket));
    if (limiter.size > max) limiter.evictIdlest();
  });
  server.on('request', ({ socket }: IncomingMessage) => limiter.touch(socket));
}

interface Group {
  readonly name: string;
  /** Those who were heard last are at the end. */
  readonly sockets: Set<Socket>;
  /** Which word of all it was that this address said last. */
  heard: number;
}

class ConnectionLimiter {
  readonly #groups = new Map<string, Group>();
  readonly #groupOf = new Map<Socket, Group>();
  #words = 0;

  get size(): number {
    return this.#groupOf.size;
  }

  add(socket: Socket): void {
    const name = groupOf(socket.remoteAddress ?? '');
    const group = this.#groups.get(name) ?? { name, sockets: new Set(), heard: 0 };
    this.#groups.set(name, group);
    this.#groupOf.set(socket, group);
    this.touch(socket);
  }

  touch(socket: Socket): void {
    const group = this.#groupOf.get(socket);
    if (group === undefined) return;
    group.sockets.delete(socket);
    group.sockets.add(socket);
    this.#words += 1;
    group.heard = this.#words;
  }

  remove(socket: Socket): void {
    const group = this.#groupOf.get(socket);
    if (group === undefined) return;
    this.#groupOf.delete(socket);
    group.sockets.delete(socket);
    if (group.sockets.size === 0) this.#groups.delete(group.name);
  }

  evictIdlest(): void {
    const [silent] = largest(this.#groups.values())?.sockets ?? [];
    if (silent === undefined) return;
    this.remove(silent);
    silent.destroy();
  }
}

/** Of several the one that was silent longest. */
function largest(groups: Iterable<Group>): Group | undefined {
  let found: Group | undefined;
  for (const group of groups) {
    const more = group.sockets.size - (found?.sockets.size ?? 0);
    if (found === undefined || more > 0 || (more === 0 && group.heard < found.heard)) found = group;
  }
  return found;
}

/** Whoever has one IPv6 address has 2^64 of them. */
function groupOf(address: string): string {
  const isMapped = address.startsWith('::ffff:');
  return isMapped || !address.includes(':') ? address : address.split(':', 4).join(':');
}
