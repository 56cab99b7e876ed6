/** What happens to a plug in a home over some days: drawn from a seed, so that it can happen again. */
import fc from 'fast-check';
import { timers } from './rules-cases.js';
import type { Timers } from './rules-vm.js';
import type { Setting } from './soak-model.js';
import { wallClock } from './wall-clock.js';
import { ZONES } from './zones.js';

export type Deed =
  | { readonly kind: 'press' | 'restart' | 'router back' | 'broker back' | 'look' | 'order' }
  | { readonly kind: 'page'; readonly on: boolean }
  | { readonly kind: 'router away' | 'broker away'; readonly minutes: number }
  | { readonly kind: 'power cut'; readonly minutes: number; readonly setting: Setting | undefined };

export interface SoakEvent {
  /** Minutes after the beginning. */
  readonly minute: number;
  readonly deed: Deed;
}

export interface Days {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly setting: Setting;
  readonly happenings: readonly SoakEvent[];
}

/** So many a day, on average. */
const OFTEN: readonly [number, (dice: Dice) => Deed][] = [
  [5, () => ({ kind: 'press' })],
  [2, (dice) => ({ kind: 'page', on: dice.below(2) === 1 })],
  [2, () => ({ kind: 'order' })],
  [1, (dice) => ({ kind: 'router away', minutes: 1 + dice.below(dice.below(3) === 0 ? 180 : 10) })],
  [1, (dice) => ({ kind: 'broker away', minutes: 1 + dice.below(30) })],
  [1, () => ({ kind: 'restart' })],
  [
    0.3,
    (dice) => ({
      kind: 'power cut',
      minutes: 1 + dice.below(90),
      setting: dice.below(2) === 0 ? undefined : dice.setting(),
    }),
  ],
];

/** Short ranges all over the day, for switching is what is compared. */
const busy: fc.Arbitrary<Timers> = fc.record({
  active: fc.constant(true),
  reverse: fc.boolean(),
  days: fc.constantFrom(127, 127, 126, 95),
  rows: fc.array(
    fc
      .tuple(
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 2, max: 90 }),
        fc.constantFrom(127, 127, 31, 96),
      )
      .map(([start, length, mask]) => [start, (start + length) % 1440 || 1440, mask] as const),
    { minLength: 8, maxLength: 20 },
  ),
});
const plans = fc.oneof({ weight: 4, arbitrary: busy }, { weight: 1, arbitrary: timers });

class Dice {
  #state: number;
  #settings: Setting[];

  constructor(seed: number) {
    this.#state = seed >>> 0;
    const setting = fc.record({ timers: plans, zone: fc.constantFrom(...ZONES) });
    this.#settings = fc.sample(setting, { seed, numRuns: 100 });
  }

  /** Mulberry32 */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return Math.floor((((z ^ (z >>> 14)) >>> 0) / 2 ** 32) * n);
  }

  setting(): Setting {
    const setting = this.#settings[this.below(this.#settings.length)];
    if (setting === undefined) throw new Error('no settings');
    return setting;
  }
}

/** The first clock move is not far, where the zone has one: a soak should live through it. */
function beginning({ zone }: Setting, dice: Dice): number {
  const moves = wallClock(zone.name).changes;
  const move = moves[1 + dice.below(moves.length - 1)] ?? moves[0];
  return (move?.[0] ?? 0) - (moves.length > 1 ? 1440 : -40_000);
}

export function someDays(seed: number, days: number): Days {
  const dice = new Dice(seed);
  const setting = dice.setting();
  const from = beginning(setting, dice);
  const length = days * 1440;
  const happenings: SoakEvent[] = [];
  for (const [perDay, make] of OFTEN) {
    for (let n = Math.max(1, Math.round(perDay * days)); n > 0; n--) {
      happenings.push({ minute: 10 + dice.below(length - 20), deed: make(dice) });
    }
  }
  for (let minute = 60; minute < length; minute += 120) happenings.push({ minute, deed: { kind: 'look' } });
  happenings.push({ minute: length, deed: { kind: 'look' } });
  return { seed, from, to: from + length + 1440, setting, happenings: inOrder(happenings) };
}

/** Outages end by a happening of their own; one that would begin during another of its kind makes that longer. */
function inOrder(happenings: SoakEvent[]): SoakEvent[] {
  const ends = happenings.flatMap(({ minute, deed }): SoakEvent[] => {
    if (deed.kind === 'router away')
      return [{ minute: minute + deed.minutes, deed: { kind: 'router back' } }];
    if (deed.kind === 'broker away')
      return [{ minute: minute + deed.minutes, deed: { kind: 'broker back' } }];
    return [];
  });
  return [...happenings, ...ends].sort((a, b) => a.minute - b.minute);
}
