/** The smallest number that passes. */

export interface Bounds {
  /** Fails for certain, or is not worth asking. */
  readonly low: number;
  /** Where to look first, if something is known. */
  readonly guess?: number;
  readonly high: number;
  /** The answer is a multiple of this above `low`. */
  readonly step: number;
}

/**
 * By bisection: right when everything above a value that passes passes as well. Both sides of the answer have been tried.
 * @returns Infinity when even `high` fails
 */
export async function smallest(
  passes: (value: number) => Promise<boolean>,
  { low, guess, high, step }: Bounds,
): Promise<number> {
  let [fails, works] = await bracket(passes, low, high, guess);
  if (works === Number.POSITIVE_INFINITY) return works;
  while (works - fails > step) {
    const middle = fails + Math.ceil((works - fails) / step / 2) * step;
    if (await passes(middle)) works = middle;
    else fails = middle;
  }
  return works;
}

/** How far from a guess the answer may lie before the guess is worth nothing. */
const NEAR = 512;

async function bracket(
  passes: (value: number) => Promise<boolean>,
  low: number,
  high: number,
  guess = high,
): Promise<[fails: number, works: number]> {
  const above = Math.min(high, guess + NEAR);
  if (!(await passes(above))) return above < high ? bracket(passes, above, high) : [high, Infinity];
  const below = Math.max(low, guess - NEAR);
  return guess === high || (await passes(below)) ? [low, guess === high ? above : below] : [below, above];
}
