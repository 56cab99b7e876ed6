/** Waiting for what a boot comes to. */
import type { Outcome, Until } from './options.js';

/** `alive`: the program is at the prompt, but timers go on and may still reset the board. */
export type BootEvent = Outcome | 'alive';

/** What a happening means to somebody who waits for `until`; undefined: wait on. */
export function outcomeOf(happening: BootEvent, until: Until): Outcome | undefined {
  if (happening === 'alive') return until === 'prompt' ? 'prompt' : undefined;
  if (happening === 'reset' || happening === 'plug-up') return happening === until ? happening : undefined;
  return happening === 'prompt' && typeof until === 'number' ? undefined : happening;
}

export class Waiting {
  readonly result: Promise<Outcome>;
  #resolve: (outcome: Outcome) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(
    readonly until: Until,
    timeout: number,
  ) {
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const [limit, late] =
      typeof until === 'number' ? ([until, 'time'] as const) : ([timeout, 'timeout'] as const);
    this.#timer = setTimeout(() => this.happened(late), limit);
  }

  /** Another wait takes its place: its time is not waited for. */
  dropped(): void {
    clearTimeout(this.#timer);
  }

  happened(happening: BootEvent): void {
    const outcome = outcomeOf(happening, this.until);
    if (outcome === undefined) return;
    clearTimeout(this.#timer);
    this.#resolve(outcome);
  }
}
