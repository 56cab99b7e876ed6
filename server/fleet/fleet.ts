/** All visits: a question opens one, the end of its connection closes it with one line in the log. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { ErrorCode } from '../errors.js';
import type { Release } from '../releases/release.js';
import { shakeHands, type Verdict } from './handshake.js';
import { type Hello, isDevice, type Proof } from './hello.js';
import { Nonces } from './nonces.js';
import { type Device, Registry } from './registry.js';
import { Reports } from './reports.js';
import { HEAD, Visit } from './visit.js';

/** A device says why to whoever reads its output, not to the server. */
const OWN_REASON = 'It asked and fetched nothing; what it prints says why.';

export class Fleet {
  readonly registry = new Registry();
  readonly reports: Reports;
  readonly #log: Logger;
  readonly #visits = new Map<Socket, Open>();
  readonly #nonces = new Nonces();
  readonly #turnedAway = new WeakSet<Socket>();
  readonly #passedOver = new WeakSet<Socket>();

  constructor(log: Logger, reports: Reports = new Reports(log)) {
    this.#log = log;
    this.reports = reports;
  }

  /** Devices that are connected now. */
  get connected(): number {
    return [...this.#visits.values()].filter(({ visit }) => isDevice(visit.hello)).length;
  }

  /** What the right MAC of a request proves. Without a nonce, what was said once could be said again for ever. */
  proofBy(id: string, nonce: string | undefined): Proof {
    return nonce !== undefined && this.#nonces.isNew(id, nonce) ? 'right' : 'repeated';
  }

  /** What a device gets that asks for the head of `abi`. Its report is taken before. */
  judge(abi: number, hello: Hello, release: Release | undefined): Verdict {
    return shakeHands(abi, hello, release, this.reports.hear(hello, release));
  }

  /** A device asked; `size` is that of the body it gets. */
  asked(socket: Socket, response: ServerResponse, hello: Hello, verdict: Verdict, size: number): void {
    const visit = this.#open(socket, hello, verdict);
    if ('head' in verdict) visit.sending(response, HEAD, size);
  }

  /** A blob goes out; whoever did not ask for a head before, as a mirror does, is no visit. */
  sending(socket: Socket, response: ServerResponse, hash: string, size: number): void {
    this.#visits.get(socket)?.visit.sending(response, hash, size);
  }

  /** Somebody without a right MAC where one is needed: one line for each connection, and nothing else is kept. */
  turnedAway(socket: Socket, id: string | undefined, code: ErrorCode): void {
    if (this.#turnedAway.has(socket)) return;
    this.#turnedAway.add(socket);
    this.#log.warn({ device: id ?? 'unknown', address: socket.remoteAddress, code }, 'request turned away');
  }

  /** Fields that do not have their form, as they came: they are as if they were missing, and one line for each connection says so. */
  passedOver(socket: Socket, id: string | undefined, fields: Readonly<Record<string, string>>): void {
    if (this.#passedOver.has(socket)) return;
    this.#passedOver.add(socket);
    this.#log.warn({ device: id ?? 'unknown', address: socket.remoteAddress, fields }, 'fields passed over');
  }

  #open(socket: Socket, hello: Hello, verdict: Verdict): Visit {
    const before = this.#visits.get(socket);
    // The same question again is one visit; another one comes through a proxy that shares its connection.
    if (before?.visit.isLike(hello, verdict)) return before.visit;
    if (before === undefined) socket.once('close', () => this.#close(socket));
    else this.#finish(before);
    const visit = new Visit(hello, verdict);
    this.#visits.set(socket, { visit, device: this.#note(hello, socket) });
    return visit;
  }

  /** Undefined for whoever is no device, or may not be the one that it says. */
  #note(hello: Hello, socket: Socket): Device | undefined {
    if (!isDevice(hello) || this.#isBorrowed(hello)) return undefined;
    const address = socket.remoteAddress ?? '';
    const before = this.registry.find(hello.id ?? address);
    const { bad: release, error, proof } = hello;
    if (proof === undefined && release !== undefined && release !== before?.bad) {
      this.#log.warn({ device: hello.id ?? address, release, error, proven: false }, 'device undid release');
    }
    return this.registry.note(hello, address);
  }

  /** Somebody repeats what a device has said, or calls himself like one that proves its name. */
  #isBorrowed({ id, proof }: Hello): boolean {
    if (proof !== undefined) return proof === 'repeated';
    return id !== undefined && (this.registry.isProven(id) || this.reports.ledger.knows(id));
  }

  #close(socket: Socket): void {
    const open = this.#visits.get(socket);
    this.#visits.delete(socket);
    if (open !== undefined) this.#finish(open);
  }

  #finish({ visit, device }: Open): void {
    const { outcome, summary } = visit.end();
    const error = 'error' in visit.verdict ? visit.verdict.error : undefined;
    const unsaid = outcome === 'device refused' ? OWN_REASON : undefined;
    if (device !== undefined) this.registry.settle(device, outcome, error?.message ?? unsaid);
    if (error === undefined) this.#log.info(summary, outcome);
    else this.#log.warn({ ...summary, reason: error.message }, outcome);
  }
}

interface Open {
  readonly visit: Visit;
  /** As it stands in the registry. */
  readonly device: Device | undefined;
}
