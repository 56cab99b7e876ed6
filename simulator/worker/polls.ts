/** select.poll objects: which sockets, which events, and the wait for them. */
import type { EventLoop } from './event-loop.js';
import type { Sockets } from './sockets.js';

interface Poll {
  readonly wanted: Map<number, number>;
  hits: { id: number; events: number }[];
}

export class Polls {
  readonly #polls: Poll[] = [];

  constructor(
    readonly loop: EventLoop,
    readonly sockets: Sockets,
  ) {}

  create(): number {
    return this.#polls.push({ wanted: new Map(), hits: [] }) - 1;
  }

  set(poll: number, id: number, events: number): void {
    this.#polls[poll]?.wanted.set(id, events);
  }

  drop(poll: number, id: number): void {
    this.#polls[poll]?.wanted.delete(id);
  }

  /** Waits until something holds; the number of hits. */
  wait(poll: number, ms: number): number {
    const entry = this.#polls[poll];
    if (entry === undefined) return 0;
    const look = (): boolean => {
      entry.hits = [];
      for (const [id, wanted] of entry.wanted) {
        const events = this.sockets.events(id, wanted);
        if (events !== 0) entry.hits.push({ id, events });
      }
      return entry.hits.length > 0;
    };
    this.loop.wait(look, ms < 0 ? Number.POSITIVE_INFINITY : this.loop.clock.now() + ms);
    return entry.hits.length;
  }

  hit(poll: number, index: number): { id: number; events: number } {
    return this.#polls[poll]?.hits[index] ?? { id: -1, events: 0 };
  }
}
