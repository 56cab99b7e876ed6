/** The last few nonces of each device: a request that was recorded on its way and sent again says nothing new. In memory, and bounded. */
const MOST_DEVICES = 20_000;
/** What a restart or a longer memory would add is little: a report counts once for each device, whenever it comes. */
const KEPT = 4;

export class Nonces {
  readonly #last = new Map<string, readonly string[]>();

  /** False when the device has used this nonce before. */
  isNew(id: string, nonce: string): boolean {
    const last = this.#last.get(id) ?? [];
    if (last.includes(nonce)) return false;
    if (this.#last.size >= MOST_DEVICES && last.length === 0) this.#last.clear();
    this.#last.set(id, [...last.slice(1 - KEPT), nonce]);
    return true;
  }
}
