/** What one can do to a board from outside, while it runs: pins and buttons, the radio, the prompt, the clock. */
import { EventLog } from './event-log.js';
import { HeldClock } from './held-clock.js';
import type { Access, FlashChange, FromBoard, ToBoard } from './messages.js';

export abstract class Controls extends EventLog {
  /** Called for each level that the program drives, with the board's clock (ms since power-on) at that moment. */
  onPin: ((pin: number, value: number, ms: number) => void) | undefined;
  /** Called for each change of the flash, if it was set before the boot. */
  onFlash: ((change: FlashChange) => void) | undefined;
  protected readonly held = new HeldClock();
  /** The networks that were put into the air since the board was made. */
  protected latestAir: readonly Access[] | undefined;
  readonly #pins = new Map<number, number>();
  readonly #execs = new Map<number, (error: string | undefined) => void>();
  #next = 0;

  /** To the board, if its power is on. */
  protected abstract post(message: ToBoard): void;

  /** What the board drives or sees on a pin; undefined before anyone has set it. */
  pin(pin: number): { readonly value: number | undefined } {
    return { value: this.#pins.get(pin) };
  }

  /** Sets an input from outside. */
  input(pin: number, value: number): void {
    this.post({ t: 'pin', pin, value });
  }

  /** A button to ground: low for `ms` on the board's clock, then high. */
  press(pin: number, ms = 80): void {
    this.post({ t: 'press', pin, ms, level: 0 });
  }

  /** Other networks than before are in the air, from now on and for later boots. */
  air(air: readonly Access[]): void {
    this.latestAir = air;
    this.post({ t: 'air', air });
  }

  /** The radio goes away or comes back. */
  wifi(up: boolean): void {
    this.post({ t: 'wifi', up });
  }

  /** Runs Python at the prompt, for tests. Gives the traceback if it raised. */
  async exec(code: string): Promise<string | undefined> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#execs.set(id, resolve);
      this.post({ t: 'exec', id, code });
    });
  }

  /** Runs Python while the program runs, between two of its steps, where an interrupt would run. */
  probe(code: string): void {
    this.post({ t: 'probe', code });
  }

  /** Lets a held clock go on for so many milliseconds; done when it stands again, also after resets of the board. */
  async advance(ms: number): Promise<void> {
    const to = await this.held.allow(ms);
    this.post({ t: 'advance', to });
    await this.held.reached(to);
  }

  /** True for a message that answers something of this. */
  protected answered(message: FromBoard): boolean {
    if (message.t === 'done') this.#execs.get(message.id)?.(message.error);
    else if (message.t === 'held') this.held.stands(message.at);
    else if (message.t === 'pin') this.#driven(message.pin, message.value, message.ms);
    else if (message.t === 'flash') this.onFlash?.(message.change);
    else return false;
    return true;
  }

  #driven(pin: number, value: number, ms: number): void {
    this.#pins.set(pin, value);
    this.onPin?.(pin, value, ms);
  }
}
