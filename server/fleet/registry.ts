/**
 * The devices that were seen since the start, the one seen last at the end. In memory, and bounded. Who has proven its name is kept
 * apart, so that strangers who make names up push no such device out.
 */
import type { CheckIn } from './check-in.js';
import type { UpdateSession } from './update-session.js';

export interface Device extends CheckIn {
  /** What it calls itself, else its address. */
  readonly id: string;
  readonly address: string;
  /** Its last visit. */
  readonly session: UpdateSession;
}

const MAX_DEVICES = 20_000;
/** Those that go together: a map that loses its first one again and again has to look for it ever longer. */
const EVICTION_BATCH = 1000;

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

  count(fits: (device: Device) => boolean): number {
    let count = 0;
    for (const device of this.#proven.values()) if (fits(device)) count += 1;
    for (const device of this.#others.values()) if (fits(device)) count += 1;
    return count;
  }

  /** Has it proven its name since the start? */
  isProven(id: string): boolean {
    return this.#proven.has(id);
  }

  /** A device asks. */
  note(session: UpdateSession): void {
    const { checkIn, address } = session;
    const device = { ...checkIn, id: checkIn.id ?? address, address, session };
    this.#others.delete(device.id);
    this.#keep(device);
  }

  /** The devices seen last, newest first; those that have proven their names before all others. */
  latest(count: number): Device[] {
    return [...newest(this.#proven, count), ...newest(this.#others, count)].slice(0, count);
  }

  #keep(device: Device): void {
    const devices = device.proof === undefined ? this.#others : this.#proven;
    devices.delete(device.id);
    if (devices.size >= MAX_DEVICES) forgetOldest(devices);
    devices.set(device.id, device);
  }
}

function forgetOldest(devices: Map<string, Device>): void {
  let gone = 0;
  for (const id of devices.keys()) {
    devices.delete(id);
    gone += 1;
    if (gone === EVICTION_BATCH) return;
  }
}

function newest(devices: ReadonlyMap<string, Device>, count: number): Device[] {
  return [...devices.values()].slice(-count).reverse();
}
