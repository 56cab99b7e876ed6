/** The devices that were seen since the start, the one seen last at the end. In memory, and bounded. */
import type { Hello } from './hello.js';
import type { Outcome } from './visit.js';

export interface Device extends Hello {
  /** What it calls itself, else its address. */
  readonly id: string;
  readonly address: string;
  /** Unix seconds. */
  readonly seen: number;
  readonly state: Outcome | 'device asks';
  /** Why it was refused. */
  readonly message?: string | undefined;
}

const MOST_DEVICES = 20_000;

export class Registry {
  readonly #devices = new Map<string, Device>();

  get size(): number {
    return this.#devices.size;
  }

  /** A device asks, or its visit has ended. */
  note(hello: Hello, address: string, state: Device['state'], message?: string): void {
    const id = hello.id ?? address;
    this.#devices.delete(id);
    if (this.#devices.size >= MOST_DEVICES) this.#forgetOldest();
    const seen = Math.floor(Date.now() / 1000);
    this.#devices.set(id, {
      ...hello,
      id,
      address,
      seen,
      state,
      ...(message === undefined ? {} : { message }),
    });
  }

  /** The devices seen last, newest first. */
  latest(count: number): Device[] {
    return [...this.#devices.values()].slice(-count).reverse();
  }

  #forgetOldest(): void {
    for (const id of this.#devices.keys()) {
      this.#devices.delete(id);
      return;
    }
  }
}
