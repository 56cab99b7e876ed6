/** Random timers, zones, windows and presses: with many hours around midnight and around the moves of the clock, where faults live. */
import fc from 'fast-check';
import type { Timers } from './rules-vm.js';
import { wallClock, YEARS } from './wall-clock.js';
import { ZONES, type Zone } from './zones.js';

export interface Scene {
  readonly zone: Zone;
  readonly timers: Timers;
  readonly from: number;
  /** [minutes after `from`, the choice], in order of time. */
  readonly presses: readonly (readonly [number, boolean])[];
}

export const DAYS = 14;
const WINDOW = DAYS * 1440;
const QUARTERS = Array.from({ length: 21 }, (_, i) => i * 15); // 00:00 to 05:00, in which clocks are moved
const EVENING = [1320, 1380, 1395, 1410, 1425, 1439, 1440];

const time = (least: number, most: number) =>
  fc
    .oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 1440 }) },
      { weight: 3, arbitrary: fc.constantFrom(...QUARTERS) },
      { weight: 2, arbitrary: fc.constantFrom(...EVENING) },
    )
    .map((minute) => Math.min(Math.max(minute, least), most));
const mask = fc.oneof(
  { weight: 2, arbitrary: fc.constant(127) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 127 }) },
  { weight: 1, arbitrary: fc.constantFrom(31, 96, 64, 32) }, // Sunday is when clocks are moved
);
const row = fc.tuple(time(0, 1439), time(1, 1440), mask);

/** Each row that is told to begins where the one before it ended. */
function touching(rows: [number, number, number][], joined: readonly boolean[]): [number, number, number][] {
  return rows.map(([start, end, days], i) => {
    const before = rows[i - 1];
    return before !== undefined && joined[i] === true ? [before[1] % 1440, end, days] : [start, end, days];
  });
}

const rows = fc
  .oneof(
    { weight: 6, arbitrary: fc.array(row, { maxLength: 5 }) },
    { weight: 1, arbitrary: fc.array(row, { minLength: 12, maxLength: 32 }) },
  )
  .chain((made) =>
    fc
      .array(fc.boolean(), { minLength: made.length, maxLength: made.length })
      .map((joined) => touching(made, joined)),
  );

export const timers: fc.Arbitrary<Timers> = fc.record({
  active: fc.integer({ min: 0, max: 30 }).map((n) => n > 0),
  reverse: fc.boolean(),
  days: mask,
  rows,
});

/** A window with a move of the clock in its first half, where the zone has one; or one anywhere. */
const placed = fc
  .tuple(fc.constantFrom(...ZONES), fc.nat(), fc.integer({ min: 0, max: WINDOW / 2 }), fc.boolean())
  .map(([zone, pick, before, anywhere]) => {
    const moves = wallClock(zone.name).changes.slice(1);
    const move = moves[pick % moves.length];
    const last = YEARS.to - 60 * 1440;
    const from = anywhere || move === undefined ? YEARS.from + 10_000 + (pick % 6_000_000) : move[0] - before;
    return { zone, from: Math.min(Math.max(from, YEARS.from), last) };
  });

const presses = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  {
    weight: 2,
    arbitrary: fc
      .uniqueArray(fc.tuple(fc.integer({ min: 0, max: WINDOW - 1 }), fc.boolean()), {
        selector: ([minute]) => minute,
        maxLength: 8,
      })
      .map((list) => list.sort((a, b) => a[0] - b[0])),
  },
);

export const scene: fc.Arbitrary<Scene> = fc
  .record({ placed, timers, presses })
  .map(({ placed, timers, presses }) => ({ ...placed, timers, presses }));
