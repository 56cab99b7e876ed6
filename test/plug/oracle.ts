/**
 * What the relay should be at every minute, found in the plainest way: each range is painted onto a strip of wall clock minutes, and
 * the strip is looked at through the clock on the wall. Nothing of the plug's own rules is used.
 */
import type { Timers } from './rules-vm.js';
import { type WallClock, weekday } from './wall-clock.js';

const DAY = 1440;
/** Longer than the rules may search: a change that comes later than this is none. */
export const HORIZON = 16 * DAY;

export interface Expected {
  /** From this minute on, for each minute: is the relay on. */
  readonly from: number;
  readonly on: Uint8Array;
  /** The minute at which that changes next, or undefined. */
  next(minute: number): number | undefined;
}

function paint({ reverse, days, rows }: Timers, first: number, count: number): Uint8Array {
  const strip = new Uint8Array((count + 1) * DAY);
  const runs = (day: number, mask: number): boolean => ((mask >> weekday(first + day)) & 1) === 1;
  for (let day = 0; day < count; day++) {
    if (reverse && runs(day, days)) strip.fill(1, day * DAY, (day + 1) * DAY);
  }
  for (let day = 0; day < count; day++) {
    for (const [start, end, mask] of rows) {
      if (!runs(day, mask & days)) continue;
      const until = end > start ? end : end + DAY; // over midnight
      strip.fill(reverse ? 0 : 1, day * DAY + start, day * DAY + until);
    }
  }
  return strip;
}

/** [from, to, minutes east]: as long as the clock is not moved. */
function stretches({ changes }: WallClock, from: number, to: number): [number, number, number][] {
  return changes
    .map(([at, east], i): [number, number, number] => [
      Math.max(at, from),
      Math.min(changes[i + 1]?.[0] ?? to, to),
      east,
    ])
    .filter(([begin, end]) => begin < end);
}

/** Everything from `from` to `to`, and as much beyond as is needed to tell what comes next. */
export function expected(timers: Timers, clock: WallClock, from: number, to: number): Expected {
  const length = to - from + HORIZON;
  const first = Math.floor(from / DAY) - 3;
  const strip = paint(timers, first, Math.ceil(length / DAY) + 6);
  const on = new Uint8Array(length);
  for (const [begin, end, east] of stretches(clock, from, from + length)) {
    for (let at = begin; at < end; at++) on[at - from] = strip[at + east - first * DAY] ?? 2;
  }
  return withNext(from, on);
}

function withNext(from: number, on: Uint8Array): Expected {
  const next = new Int32Array(on.length).fill(-1);
  for (let i = on.length - 2; i >= 0; i--) next[i] = on[i] === on[i + 1] ? (next[i + 1] ?? -1) : i + 1;
  return {
    from,
    on,
    next: (minute) => {
      const at = next[minute - from] ?? -1;
      return at < 0 ? undefined : at + from;
    },
  };
}

/** Somebody chooses at `minute`: it holds until the timers switch next. */
export function pressed(plan: Expected, minute: number, choice: boolean): Expected {
  const on = plan.on.slice();
  on.fill(Number(choice), minute - plan.from, (plan.next(minute) ?? plan.from + on.length) - plan.from);
  return withNext(plan.from, on);
}
