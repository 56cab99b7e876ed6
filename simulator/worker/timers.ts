/** machine.Timer on the board's clock. */
import type { EventLoop } from './event-loop.js';

const FIRST_KEY = 1000;
const ONE_SHOT = 0;

export class Timers {
  #next = FIRST_KEY;

  /** @param numbers that the chip has; -1 for as many as one likes */
  constructor(
    readonly loop: EventLoop,
    readonly numbers: readonly number[],
  ) {}

  /** The key of a timer, -1 when the chip has none of this number. A timer with a number is always the same one. */
  create(number: number): number {
    if (this.numbers.includes(-1)) return this.#next++;
    return this.numbers.includes(number) ? FIRST_KEY + number : -1;
  }

  start(key: number, period: number, mode: number): void {
    const every = Math.max(1, period);
    this.#at(key, this.loop.clock.now() + every, mode === ONE_SHOT ? 0 : every);
  }

  stop(key: number): void {
    this.loop.clock.cancel(key);
    this.loop.forget(key);
  }

  #at(key: number, at: number, every: number): void {
    this.loop.clock.schedule(key, at, () => {
      this.loop.interrupt(key);
      if (every > 0) this.#at(key, Math.max(at + every, this.loop.clock.now() + 1), every);
    });
  }
}
