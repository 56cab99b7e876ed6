/** What the relay of the soak should be at any minute: the oracle's plan, and what people chose. Shares nothing with the plug's code. */
import { type Expected, expected } from './oracle.js';
import type { Timers } from './rules-vm.js';
import { wallClock } from './wall-clock.js';
import type { Zone } from './zones.js';

export interface Setting {
  readonly timers: Timers;
  readonly zone: Zone;
}

export class Model {
  #setting: Setting;
  #plan: Expected;
  /** As it was left when nothing else decides. */
  #left = false;
  #choice: { readonly on: boolean; readonly until: number | undefined } | undefined;
  /** A choice that was made before the time was known: it holds from when it is. */
  #pending = false;
  knows = false;

  constructor(
    setting: Setting,
    from: number,
    readonly to: number,
  ) {
    this.#setting = setting;
    this.#plan = expected(setting.timers, wallClock(setting.zone.name), from, to);
  }

  on(minute: number): boolean {
    if (!this.knows || !this.#setting.timers.active) return this.#left;
    const choice = this.#choice;
    if (choice !== undefined && (choice.until === undefined || minute < choice.until)) return choice.on;
    return this.#plan.on[minute - this.#plan.from] === 1;
  }

  choose(minute: number, on: boolean): void {
    this.#left = on;
    if (!this.knows) this.#pending = true;
    else if (this.#setting.timers.active) this.#choice = { on, until: this.#plan.next(minute) };
  }

  /** A time server has answered for the first time since power-on. */
  learn(minute: number): void {
    if (this.knows) return;
    this.knows = true;
    if (this.#pending) this.choose(minute, this.#left);
    this.#pending = false;
  }

  /** The power goes; somebody may have changed the plan when it comes back. */
  cut(minute: number, setting: Setting = this.#setting): void {
    this.knows = this.#pending = this.#left = false;
    this.#choice = undefined;
    if (setting === this.#setting) return;
    this.#setting = setting;
    this.#plan = expected(setting.timers, wallClock(setting.zone.name), minute, this.to);
  }

  /** A restart with the power on. */
  restart(minute: number): void {
    this.#left = this.on(minute);
    this.#pending = false;
  }

  toString(): string {
    const { timers, zone } = this.#setting;
    return `${zone.name} ${JSON.stringify(timers)} choice ${JSON.stringify(this.#choice)} knows ${this.knows}`;
  }
}
