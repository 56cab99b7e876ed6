/** Release numbers are made of the time: is the clock of this computer to be believed? Pure. */

/** November 2026, when this program was made: no clock can be right that is before. */
const MADE = 1_793_491_200;
const YEAR = 366 * 86_400;

/**
 * A sentence if not.
 * @param now Unix seconds, by that clock
 * @param known moments that lie behind: of the last release, of the sources, of this program
 */
export function describeSkew(now: number, known: readonly number[]): string | undefined {
  if (now < MADE) {
    const harm = 'A release with a number made of it is refused by boards that have one of another computer.';
    return `${says(now)}, which is before this program was made. ${harm} ${TODO}`;
  }
  if (now <= Math.max(MADE, ...known) + YEAR) return undefined;
  const harm =
    'If it is wrong, boards that take this release refuse those of all other computers until then.';
  return `${says(now)}, a year or more after the last release, the sources and this program. ${harm} ${TODO}`;
}

const TODO = 'Set the clock, or give the number: npm run build -- --release N.';

function says(now: number): string {
  return `The clock of this computer says ${new Date(now * 1000).toISOString().slice(0, 10)}`;
}
