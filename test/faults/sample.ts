/** A few of many, the same ones for the same seed. */

/** True for `npm run faults`: there is time for all of them. */
export function isThorough(): boolean {
  return process.env.SOFT_OTA_FAULTS === 'all';
}

/** Numbers from 0 up to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** At most `most` of them, in their order. */
export function sample<T>(all: readonly T[], most: number, seed: number): T[] {
  const random = randomFrom(seed);
  const drawn = all.map((item, i) => ({ item, i, lot: random() })).toSorted((a, b) => a.lot - b.lot);
  return drawn
    .slice(0, most)
    .toSorted((a, b) => a.i - b.i)
    .map(({ item }) => item);
}
