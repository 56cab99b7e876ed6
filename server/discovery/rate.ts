/** How many answers may go out: a forged sender address must not turn this server against somebody. */

const MAX_ANSWERS = 5000;
/** Many boards can share one address behind a router. */
const MAX_PER_ADDRESS = 100;
const WINDOW_MS = 1000;

/** Says for each question whether it is answered; counts anew every second. */
export class AnswerRate {
  readonly #answers = new Map<string, number>();
  #started = Number.NEGATIVE_INFINITY;
  #total = 0;

  /** @param now milliseconds of any clock that does not go back */
  allows(address: string, now: number): boolean {
    if (now - this.#started >= WINDOW_MS) this.#begin(now);
    const answers = this.#answers.get(address) ?? 0;
    if (this.#total >= MAX_ANSWERS || answers >= MAX_PER_ADDRESS) return false;
    this.#answers.set(address, answers + 1);
    this.#total += 1;
    return true;
  }

  #begin(now: number): void {
    this.#answers.clear();
    this.#started = now;
    this.#total = 0;
  }
}
