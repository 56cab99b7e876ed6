/** The freshness keys of the devices that asked last. Each follows from the master: forgetting one costs microseconds. */
import { freshKey } from '../signing/fresh.js';
import { MacKey } from '../signing/hmac.js';

const MAX_KEYS = 20_000;

export class FreshKeys {
  readonly #master: Buffer;
  readonly #keys = new Map<string, MacKey>();

  constructor(master: Buffer) {
    this.#master = master;
  }

  /** K of the device that calls itself `id` (docs/protocol.md §5). */
  of(id: string): MacKey {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
    const key = new MacKey(freshKey(this.#master, id));
    this.#keys.set(id, key);
    return key;
  }
}
