/**
 * Whose visit does a request belong to? Visits are counted by device: what a board has proven of its name counts first, then the
 * connection, then the address together with the files that are still to be fetched.
 */
import { isIP, type Socket } from 'node:net';
import type { Registry } from './registry.js';
import type { UpdateSession } from './update-session.js';
import { Waiting } from './waiting.js';

/** Where a request comes from; a FastifyRequest is one. */
export interface Caller {
  /** Of the device, where a proxy that is trusted says it. */
  readonly ip: string;
  readonly raw: { readonly socket: Socket };
}

/** A proxy may pass on whatever the client says. */
export function addressOf({ ip, raw: { socket } }: Caller): string {
  return isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip;
}

/** A device gives up after 60 s without a byte (docs/protocol.md §9). */
const QUIET_MS = 65_000;

export interface SessionsOptions {
  /** Known devices, each with its last visit. */
  readonly registry: Registry;
  /** Told once a visit is over; again when it was not. */
  readonly onOver: (session: UpdateSession) => void;
  /** Milliseconds after which no further connection of a visit is expected. */
  readonly quietMs?: number | undefined;
}

export class Sessions {
  readonly #registry: Registry;
  readonly #onOver: (session: UpdateSession) => void;
  /** By the connection over which their question came last. */
  readonly #open = new Map<Socket, UpdateSession>();
  readonly #waiting: Waiting;
  #timer: NodeJS.Timeout | undefined;

  constructor({ registry, onOver, quietMs = QUIET_MS }: SessionsOptions) {
    this.#registry = registry;
    this.#onOver = onOver;
    this.#waiting = new Waiting(quietMs);
  }

  /** Devices in the middle of a visit. */
  get connected(): number {
    const all = new Set([...this.#open.values(), ...this.#waiting.sessions()]);
    return [...all].filter(({ isDevice, isOver }) => isDevice && !isOver).length;
  }

  /** Whose question came last over this connection. */
  over(socket: Socket): UpdateSession | undefined {
    return this.#open.get(socket);
  }

  open(socket: Socket, session: UpdateSession): void {
    this.#bind(socket, session);
    if (session.expectsMore) this.#await(session);
  }

  /**
   * @param id of a device that has proven its name with this request
   * @param what the hash of the blob that it asks for, or ROOT
   */
  find(caller: Caller, id: string | undefined, what: string): UpdateSession | undefined {
    const { socket } = caller.raw;
    const session = this.#proven(id) ?? this.#near(addressOf(caller), socket, what);
    if (session === undefined) return undefined;
    if (session.isOver && !session.isSettled) session.reopen();
    if (!this.#open.has(socket)) this.#bind(socket, session);
    if (session.expectsMore) this.#await(session);
    return session;
  }

  /** The device asks anew. */
  end(session: UpdateSession): void {
    this.#waiting.delete(session);
    this.#over(session);
    session.settle();
  }

  /** The server ends. */
  close(): void {
    clearTimeout(this.#timer);
    for (const session of [...this.#waiting.sessions(), ...this.#open.values()]) this.end(session);
  }

  #proven(id: string | undefined): UpdateSession | undefined {
    const device = id === undefined ? undefined : this.#registry.find(id);
    return device?.proof === 'right' && !device.session.isSettled ? device.session : undefined;
  }

  /** A connection of its own is another's only where a proxy that is trusted says so. */
  #near(address: string, socket: Socket, what: string): UpdateSession | undefined {
    const own = this.#open.get(socket);
    if (own?.address === address) return own;
    const isShared = own !== undefined;
    return this.#waiting.find(
      address,
      (session) => !session.isOver && session.wants(what) && (isShared || session.connections === 0),
    );
  }

  #bind(socket: Socket, session: UpdateSession): void {
    const before = this.#open.get(socket);
    if (before === undefined) socket.once('close', () => this.#closed(socket));
    else this.#leave(before, true);
    session.connections += 1;
    this.#open.set(socket, session);
  }

  #closed(socket: Socket): void {
    const session = this.#open.get(socket);
    this.#open.delete(socket);
    if (session !== undefined) this.#leave(session, session.goesOn || !wasEndedByClient(socket));
  }

  /** One of its connections is gone. */
  #leave(session: UpdateSession, goesOn: boolean): void {
    session.connections -= 1;
    if (session.isOver || session.connections > 0) return;
    if (goesOn && session.expectsMore) this.#await(session);
    else this.#closeForGood(session);
  }

  /** What it fetches over another connection after all, in its own name, still counts. */
  #closeForGood(session: UpdateSession): void {
    this.#over(session);
    if (session.expectsMore && this.#waiting.has(session)) return;
    this.#waiting.delete(session);
    session.settle();
  }

  #over(session: UpdateSession): void {
    if (session.isOver) return;
    session.end();
    this.#onOver(session);
  }

  #await(session: UpdateSession): void {
    for (const pushedOut of this.#waiting.add(session, performance.now())) {
      if (pushedOut.connections === 0) this.end(pushedOut);
    }
    this.#timer ??= this.#schedule();
  }

  #schedule(): NodeJS.Timeout | undefined {
    const ms = this.#waiting.msLeft(performance.now());
    return ms === undefined ? undefined : setTimeout(() => this.#sweep(), ms + 1).unref();
  }

  #sweep(): void {
    for (const session of this.#waiting.takeExpired(performance.now())) {
      if (session.connections === 0) this.end(session);
    }
    this.#timer = this.#schedule();
  }
}

/** Whoever ends a connection that the server would have kept needs no other one. */
function wasEndedByClient({ readableEnded, errored }: Socket): boolean {
  return readableEnded || errored !== null;
}
