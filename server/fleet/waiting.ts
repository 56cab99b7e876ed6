/**
 * Visits that may go on over other connections: for a while after their last word, and no more of them than memory is for. They are
 * found by the address that they came from, for requests that do not say whose they are.
 */
import type { UpdateSession } from './update-session.js';

const MAX_WAITING = 20_000;
/** Those that go together: a map that loses its first one again and again has to look for it ever longer. */
const EVICTION_BATCH = 1000;
/** Behind a proxy all boards have one address: the last few of them are looked through. */
const MAX_NEAR = 64;

const NOBODY: readonly UpdateSession[] = [];

export class Waiting {
  readonly #ms: number;
  /** Until when; whoever was heard last is at the end. */
  readonly #until = new Map<UpdateSession, number>();
  readonly #near = new Map<string, Set<UpdateSession>>();

  constructor(ms: number) {
    this.#ms = ms;
  }

  has(session: UpdateSession): boolean {
    return this.#until.has(session);
  }

  /** Waits from now on, or on. @returns those that have to go for it */
  add(session: UpdateSession, now: number): readonly UpdateSession[] {
    this.delete(session);
    const pushedOut = this.#until.size < MAX_WAITING ? NOBODY : this.#takeOldest();
    this.#until.set(session, now + this.#ms);
    this.#remember(session);
    return pushedOut;
  }

  delete(session: UpdateSession): void {
    if (!this.#until.delete(session)) return;
    const near = this.#near.get(session.address);
    near?.delete(session);
    if (near?.size === 0) this.#near.delete(session.address);
  }

  /** The last one from `address` that fits. */
  find(address: string, fits: (session: UpdateSession) => boolean): UpdateSession | undefined {
    let found: UpdateSession | undefined;
    for (const session of this.#near.get(address) ?? []) if (fits(session)) found = session;
    return found;
  }

  /** Takes out whoever has waited long enough. */
  takeExpired(now: number): UpdateSession[] {
    const expired: UpdateSession[] = [];
    for (const [session, until] of this.#until) {
      if (until > now) break;
      expired.push(session);
    }
    for (const session of expired) this.delete(session);
    return expired;
  }

  /** Milliseconds until the first one has waited long enough; undefined when there is none. */
  msLeft(now: number): number | undefined {
    for (const until of this.#until.values()) return Math.max(0, until - now);
    return undefined;
  }

  sessions(): Iterable<UpdateSession> {
    return this.#until.keys();
  }

  #takeOldest(): UpdateSession[] {
    const oldest: UpdateSession[] = [];
    for (const session of this.#until.keys()) if (oldest.push(session) === EVICTION_BATCH) break;
    for (const session of oldest) this.delete(session);
    return oldest;
  }

  #remember(session: UpdateSession): void {
    const near = this.#near.get(session.address) ?? new Set();
    this.#near.set(session.address, near);
    near.add(session);
    const [oldest] = near.size > MAX_NEAR ? near : [];
    if (oldest !== undefined) near.delete(oldest);
  }
}
