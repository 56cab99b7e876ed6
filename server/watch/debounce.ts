/** One call for many that follow one another closely. */

/** Long enough for an editor that writes in several steps, short enough not to be felt. */
const CALM_MS = 60;
/** What never calms down, as during a checkout, gets its call all the same. */
const MAX_MS = 1000;

export interface Debounce {
  touch(): void;
  cancel(): void;
}

/**
 * @param calm milliseconds without a touch before `call` is called
 * @param longest milliseconds after the first touch when it is called in any case
 */
export function debounced(call: () => void, calm: number = CALM_MS, longest: number = MAX_MS): Debounce {
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  const fire = () => {
    timer = undefined;
    call();
  };
  return {
    touch: () => {
      const now = performance.now();
      if (timer === undefined) first = now;
      clearTimeout(timer);
      timer = setTimeout(fire, Math.max(0, Math.min(calm, first + longest - now)));
    },
    cancel: () => clearTimeout(timer),
  };
}
