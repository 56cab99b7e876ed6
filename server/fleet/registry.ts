/**
 * The devices that were seen since the start, the one seen last at the end. In memory, and bounded. Who has proven its name is kept
 * apart, so that strangers who make names up push no such device out.
 */
import { unixNow } from '../releases/build-state.js';
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
  readonly #proven = new Map<string, Device>();
  readonly #others = new Map<string, Device>();

  get size(): number {
    return this.#proven.size + this.#others.size;
  }

  /** Undefined for a device that was not seen. */
  find(id: string): Device | undefined {
    return this.#proven.get(id) ?? this.#others.get(id);
  }

  /** Has it proven its name since the start? */
  isProven(id: string): boolean {
    return this.#proven.has(id);
  }

  /** A device asks. */
  note(hello: Hello, address: string): Device {
    const device = {
      ...hello,
      id: hello.id ?? address,
      address,
      seen: unixNow(),
      state: 'device asks',
    } as const;
    this.#others.delete(device.id);
    this.#keep(device);
    return device;
  }

  /** Its visit has ended. What it said in another visit since then stays. */
  settle(device: Device, state: Outcome, message?: string): void {
    if (this.find(device.id) !== device) return;
    this.#keep({ ...device, seen: unixNow(), state, ...(message === undefined ? {} : { message }) });
  }

  /** The devices seen last, newest first; those that have proven their names before all others. */
  latest(count: number): Device[] {
    return [...newest(this.#proven, count), ...newest(this.#others, count)].slice(0, count);
  }

  #keep(device: Device): void {
    const devices = device.proof === undefined ? this.#others : this.#proven;
    devices.delete(device.id);
    if (devices.size >= MOST_DEVICES) forgetOldest(devices);
    devices.set(device.id, device);
  }
}

function forgetOldest(devices: Map<string, Device>): void {
  for (const id of devices.keys()) {
    devices.delete(id);
    return;
  }
}

function newest(devices: ReadonlyMap<string, Device>, count: number): Device[] {
  return [...devices.values()].slice(-count).reverse();
}
