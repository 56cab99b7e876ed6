/** The pins: levels that the program sets, levels that the world sets, and the interrupts between them. */
import type { EventLoop } from './event-loop.js';

const RISING = 1;
const FALLING = 2;
const OUT = 1;
/** Keys below 100 in the clock and for handlers are pins, timers follow. */
const RELEASE_KEY = -100;

export class Pins {
  readonly #levels = new Map<number, number>();
  readonly #modes = new Map<number, number>();
  readonly #triggers = new Map<number, number>();

  constructor(
    readonly loop: EventLoop,
    levels: Readonly<Record<number, number>>,
  ) {
    for (const [pin, level] of Object.entries(levels)) this.#levels.set(Number(pin), level);
    loop.on('pin', ({ pin, value }) => this.input(pin, value));
    loop.on('press', ({ pin, ms, level }) => this.#press(pin, ms, level));
  }

  mode(pin: number, mode: number, pull: number): void {
    if (mode >= 0) this.#modes.set(pin, mode);
    if (!this.#levels.has(pin)) this.#levels.set(pin, pull);
  }

  get(pin: number): number {
    const ms = this.#unseen.get(pin);
    if (ms !== undefined) this.#release(pin, ms);
    this.#unseen.delete(pin);
    return this.#levels.get(pin) ?? 0;
  }

  put(pin: number, value: number): void {
    if (this.#modes.get(pin) !== OUT && this.#modes.get(pin) !== 2) return;
    if (this.#levels.get(pin) === value && this.#announced.has(pin)) return;
    this.#announced.add(pin);
    this.#levels.set(pin, value);
    this.loop.post({ t: 'pin', pin, value, ms: this.loop.clock.now() });
  }
  readonly #announced = new Set<number>();

  trigger(pin: number, edges: number): void {
    this.#triggers.set(pin, edges);
  }

  input(pin: number, value: number): void {
    const before = this.#levels.get(pin);
    this.#levels.set(pin, value);
    const edge = value > (before ?? 0) ? RISING : FALLING;
    if (before !== value && ((this.#triggers.get(pin) ?? 0) & edge) !== 0) this.loop.interrupt(pin);
  }

  /** Held for so long after the program has seen it: on a loaded machine it may see the press when it is nearly over. */
  readonly #unseen = new Map<number, number>();

  #press(pin: number, ms: number, level: number): void {
    this.#unseen.set(pin, ms);
    this.input(pin, level);
    this.#release(pin, ms);
  }

  #release(pin: number, ms: number): void {
    const level = this.#levels.get(pin) ?? 0;
    this.loop.clock.schedule(RELEASE_KEY - pin, this.loop.clock.now() + ms, () => {
      this.#unseen.delete(pin);
      this.input(pin, 1 - level);
    });
  }
}
