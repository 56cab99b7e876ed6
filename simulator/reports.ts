/** What a board's messages say to whoever watches it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BoardEvent, lineEvent } from './events.js';
import type { FromBoard } from './messages.js';

export class Reports {
  #shims = 0;

  /** The events that a message stands for; often none. */
  of(message: FromBoard): readonly BoardEvent[] {
    switch (message.t) {
      case 'started':
        this.#shims = message.shims;
        return [];
      case 'line':
        return [lineEvent(message.text)];
      case 'heap':
        return this.#heap(message);
      case 'prompt':
        // What was raised stays at the prompt.
        return message.error === undefined ? [] : [{ event: 'log', text: message.error }];
      case 'access':
        return [{ event: 'access-point', on: message.on, ssid: message.ssid, password: message.password }];
      case 'joining':
        return [{ event: 'joining', ssid: message.ssid, hostname: message.hostname }];
      default:
        return [];
    }
  }

  /** `grew`: the program wanted more memory than the board has, and got a MemoryError. */
  #heap({ used: all, free, exhausted }: Extract<FromBoard, { t: 'heap' }>): BoardEvent[] {
    const used = all - this.#shims;
    const heap = { event: 'heap', shims: this.#shims, used, free, total: used + free };
    return exhausted > 0 ? [heap, { event: 'heap', grew: true, times: exhausted }] : [heap];
  }
}

/** The release that is installed on a flash, as a field of an event. */
export function installedRelease(flash: string): { release?: number } {
  const head = join(flash, 'data', 'head');
  const found = existsSync(head) ? /^release (\d+)$/m.exec(readFileSync(head, 'latin1')) : null;
  return found === null ? {} : { release: Number(found[1]) };
}
