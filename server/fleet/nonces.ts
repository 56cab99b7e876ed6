/** The last few nonces of each device: a request that was recorded on its way and sent again says nothing new. In memory, and bounded. */
const MAX_DEVICES = 20_000;
/** What a restart or a longer memory would add is little: a report counts once for each device, whenever it comes. */
const RETAINED = 4;
/** Each with the space behind it. */
const DIGITS = 16 + 1;

export class Nonces {
  /** As one text for each device, the newest first: a list would be made anew for every question. */
  readonly #last = new Map<string, string>();

  /** False when the device has used this nonce, of 16 digits, before. */
  isNew(id: string, nonce: string): boolean {
    const last = this.#last.get(id);
    if (last?.includes(nonce)) return false;
    if (last === undefined && this.#last.size >= MAX_DEVICES) this.#last.clear();
    this.#last.set(id, `${nonce} ${last ?? ''}`.slice(0, RETAINED * DIGITS));
    return true;
  }
}
