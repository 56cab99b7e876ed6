/** The board's clock and what is due on it. Real, or driven: then it only moves when somebody waits, and it jumps. */

interface Due {
  readonly at: number;
  readonly key: number;
  readonly run: () => void;
}

export class Clock {
  readonly #zero: number;
  #driven = 0;
  #due: Due[] = [];
  /** A driven clock does not jump over this moment. */
  limit = Number.POSITIVE_INFINITY;

  /** `uptime`: milliseconds since power-on at which this boot begins. */
  constructor(
    readonly driven: boolean,
    uptime: number,
  ) {
    this.#zero = performance.now() - uptime;
    this.#driven = uptime;
  }

  /** Milliseconds since power-on. */
  now(): number {
    return this.driven ? this.#driven : performance.now() - this.#zero;
  }

  /** Moves a driven clock forward; a real one needs no telling. */
  jump(to: number): void {
    if (this.driven && to > this.#driven && Number.isFinite(to)) this.#driven = to;
  }

  /** Work of the hardware that takes time: charged on a driven clock only. */
  charge(ms: number): void {
    this.jump(this.#driven + ms);
  }

  /** `key` names the entry for `cancel`; a new entry under the same key replaces the old one. */
  schedule(key: number, at: number, run: () => void): void {
    this.cancel(key);
    this.#due.push({ at, key, run });
    this.#due.sort((a, b) => a.at - b.at);
  }

  cancel(key: number): void {
    this.#due = this.#due.filter((due) => due.key !== key);
  }

  nextDue(): number {
    return this.#due[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  runDue(): void {
    const now = this.now();
    for (let due = this.#due[0]; due !== undefined && due.at <= now; due = this.#due[0]) {
      this.#due.shift();
      due.run();
    }
  }
}
