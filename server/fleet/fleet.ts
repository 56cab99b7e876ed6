/** All visits: a question opens one, the end of its connection closes it with one line in the log. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Verdict } from './handshake.js';
import { type Hello, isDevice } from './hello.js';
import { type Device, Registry } from './registry.js';
import { HEAD, Visit } from './visit.js';

/** A device says why to whoever reads its output, not to the server. */
const OWN_REASON = 'It asked and fetched nothing; what it prints says why.';

export class Fleet {
  readonly registry = new Registry();
  readonly #log: Logger;
  readonly #visits = new Map<Socket, Visit>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Devices that are connected now. */
  get connected(): number {
    return [...this.#visits.values()].filter(({ hello }) => isDevice(hello)).length;
  }

  /** A device asked; `size` is that of the body it gets. */
  asked(socket: Socket, response: ServerResponse, hello: Hello, verdict: Verdict, size: number): void {
    const visit = this.#open(socket, hello, verdict);
    if ('head' in verdict) visit.sending(response, HEAD, size);
  }

  /** A blob goes out; whoever did not ask for a head before, as a mirror does, is no visit. */
  sending(socket: Socket, response: ServerResponse, hash: string, size: number): void {
    this.#visits.get(socket)?.sending(response, hash, size);
  }

  #open(socket: Socket, hello: Hello, verdict: Verdict): Visit {
    const before = this.#visits.get(socket);
    // The same device again is one visit; another one comes through a proxy that shares its connection.
    if (before !== undefined && before.hello.id === hello.id && before.verdict.kind === verdict.kind)
      return before;
    if (before === undefined) socket.once('close', () => this.#close(socket));
    else this.#finish(before, socket);
    const visit = new Visit(hello, verdict);
    this.#visits.set(socket, visit);
    this.#note(hello, socket, 'device asks');
    return visit;
  }

  #note(hello: Hello, socket: Socket, state: Device['state'], message?: string): void {
    if (isDevice(hello)) this.registry.note(hello, socket.remoteAddress ?? '', state, message);
  }

  #close(socket: Socket): void {
    const visit = this.#visits.get(socket);
    this.#visits.delete(socket);
    if (visit !== undefined) this.#finish(visit, socket);
  }

  #finish(visit: Visit, socket: Socket): void {
    const { outcome, summary } = visit.end();
    const error = 'error' in visit.verdict ? visit.verdict.error : undefined;
    const unsaid = outcome === 'device refused' ? OWN_REASON : undefined;
    this.#note(visit.hello, socket, outcome, error?.message ?? unsaid);
    if (error === undefined) this.#log.info(summary, outcome);
    else this.#log.warn({ ...summary, reason: error.message }, outcome);
  }
}
