/** What the routes tell of devices: each question opens a visit, and each visit has one closing line in the log. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { ErrorCode } from '../errors.js';
import type { Releases } from '../release/releases.js';
import { type CheckIn, isDevice, type Proof } from './check-in.js';
import { closingLine } from './closing-line.js';
import { decide, type Verdict } from './decide.js';
import { earlierOf } from './earlier.js';
import { Nonces } from './nonces.js';
import { type Offer, offerOf } from './offer.js';
import { type Device, Registry } from './registry.js';
import { Reports } from './reports.js';
import { addressOf, type Caller, Sessions } from './sessions.js';
import { HEAD, UpdateSession } from './update-session.js';

export interface FleetOptions {
  readonly reports?: Reports;
  /** Milliseconds after which no further connection of a visit is expected. */
  readonly quietMs?: number | undefined;
}

export class Fleet {
  readonly registry = new Registry();
  readonly reports: Reports;
  readonly #log: Logger;
  readonly #releases: Releases;
  readonly #sessions: Sessions;
  readonly #nonces = new Nonces();
  readonly #turnedAway = new WeakSet<Socket>();
  readonly #passedOver = new WeakSet<Socket>();

  constructor(log: Logger, releases: Releases, { reports = new Reports(log), quietMs }: FleetOptions = {}) {
    this.#log = log;
    this.#releases = releases;
    this.reports = reports;
    this.#sessions = new Sessions({
      registry: this.registry,
      onOver: (session) => this.#write(session),
      quietMs,
    });
  }

  /** Devices in the middle of a visit. */
  get connected(): number {
    return this.#sessions.connected;
  }

  /** What the right MAC of a request proves. Without a nonce, what was said once could be said again for ever. */
  proofBy(id: string, nonce: string | undefined): Proof {
    return nonce !== undefined && this.#nonces.isNew(id, nonce) ? 'right' : 'repeated';
  }

  /** What a device gets that asks for the head of `abi`. Its report is taken before. */
  decide(abi: number, checkIn: CheckIn): Verdict {
    const release = this.#releases.current;
    return decide(abi, checkIn, release, this.reports.record(checkIn, release));
  }

  /** A device asked, and got this verdict. */
  asked(caller: Caller, response: ServerResponse, abi: number, checkIn: CheckIn, verdict: Verdict): void {
    const { socket } = caller.raw;
    const open = this.#sessions.over(socket);
    // The same question again is one visit; another one comes through a proxy that shares its connection.
    const session =
      open?.isLike(checkIn, verdict) === true ? open : this.#open(caller, abi, checkIn, verdict);
    if ('head' in verdict) session.sending(socket, response, HEAD, verdict.head.bytes.length);
  }

  /**
   * A blob or a root file goes out; whoever did not ask for a head before, as a mirror does, is no visit.
   * @param id of a device that has proven its name with this request
   * @param what the hash of the blob, or ROOT
   */
  sending(
    caller: Caller,
    response: ServerResponse,
    id: string | undefined,
    what: string,
    size: number,
  ): void {
    this.#sessions.find(caller, id, what)?.sending(caller.raw.socket, response, what, size);
  }

  /** Somebody without a right MAC where one is needed: one line for each connection, and nothing else is kept. */
  rejected(socket: Socket, id: string | undefined, code: ErrorCode): void {
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

  /** Visits that are not over have their lines now. */
  close(): void {
    this.#sessions.close();
  }

  #open(caller: Caller, abi: number, checkIn: CheckIn, verdict: Verdict): UpdateSession {
    const before = this.#lastOf(checkIn);
    if (before !== undefined) this.#sessions.end(before);
    const session = new UpdateSession({
      checkIn,
      abi,
      verdict,
      address: addressOf(caller),
      release: this.#releases.current?.number,
      offer: this.#offer(abi, checkIn, verdict),
      earlier: earlierOf(checkIn, before),
    });
    this.#note(session);
    this.#sessions.open(caller.raw.socket, session);
    return session;
  }

  /** The last visit of a device that has a name of its own, as far as it has proven it as well now as then. */
  #lastOf({ id, proof }: CheckIn): UpdateSession | undefined {
    const device = id === undefined || proof === 'repeated' ? undefined : this.registry.find(id);
    return device?.proof === proof ? device?.session : undefined;
  }

  #offer(abi: number, { have, tree }: CheckIn, verdict: Verdict): Offer | undefined {
    if (verdict.kind !== 'update' && verdict.kind !== 'distrusted') return undefined;
    const had = have === undefined ? undefined : this.#releases.numbered(have)?.heads.get(abi);
    return offerOf(verdict.head, had !== undefined && had.tree === tree ? had : undefined);
  }

  /** Not whoever is no device, or may not be the one that it says. */
  #note(session: UpdateSession): void {
    const { checkIn, address } = session;
    if (!isDevice(checkIn) || this.#isBorrowed(checkIn)) return;
    const { bad: release, error, proof, id = address } = checkIn;
    const before: Device | undefined = this.registry.find(id);
    if (proof === undefined && release !== undefined && release !== before?.bad) {
      this.#log.warn({ device: id, release, error, proven: false }, 'device undid release');
    }
    this.registry.note(session);
  }

  /** Somebody repeats what a device has said, or calls himself like one that proves its name. */
  #isBorrowed({ id, proof }: CheckIn): boolean {
    if (proof !== undefined) return proof === 'repeated';
    return id !== undefined && (this.registry.isProven(id) || this.reports.health.hasReported(id));
  }

  #write(session: UpdateSession): void {
    const { outcome, level, facts } = closingLine(session);
    this.#log[level](facts, outcome);
  }
}
