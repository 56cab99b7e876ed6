/** A board's clock that stands until it is told how far it may go. */
export class HeldClock {
  /** How far it may go (ms since power-on). */
  until = 0;
  #at = -1;
  #waiting: (() => void)[] = [];

  /** @returns how far it may go from now on, once it has stood for the first time */
  async allow(ms: number): Promise<number> {
    if (this.#at < 0) await this.#stand();
    this.until = Math.max(this.until, this.#at) + ms;
    return this.until;
  }

  /** It stands again, at `at`. */
  stands(at: number): void {
    this.#at = at;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Done when it stands at `to` or later, also after resets of the board. */
  async reached(to: number): Promise<void> {
    while (this.#at < to) await this.#stand();
  }

  #stand(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The power went. */
  clear(): void {
    this.#at = -1;
    this.until = 0;
  }
}
