/** The board's watchdog: it bites when the board has not fed it for its time. On the wall clock, since a board that hangs has no other. */
import { CELL } from './messages.js';

export class Watchdog {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly cells: Int32Array,
    readonly bite: () => void,
  ) {}

  start(ms: number): void {
    this.stop();
    let seen = Atomics.load(this.cells, CELL.wdtBeat);
    this.#timer = setInterval(() => {
      const now = Atomics.load(this.cells, CELL.wdtBeat);
      if (now === seen) this.bite();
      seen = now;
    }, ms);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
