/** The clock on the wall as Node's Intl shows it, and when it is moved. Minutes count from 2000-01-01T00:00Z, as on the device. */
const EPOCH = Date.UTC(2000, 0, 1);
const DAY = 1440;

/** '2026-03-29T01:00Z' as minutes since 2000. */
export function minuteOf(iso: string): number {
  return (Date.parse(iso) - EPOCH) / 60_000;
}

/** Monday is 0. */
export function weekday(day: number): number {
  return (new Date(EPOCH + day * DAY * 60_000).getUTCDay() + 6) % 7;
}

export function isoOf(minute: number): string {
  return new Date(EPOCH + minute * 60_000).toISOString().slice(0, 16);
}

/** The years for which the offsets are read. */
export const YEARS = { from: minuteOf('2026-01-01T00:00Z'), to: minuteOf('2037-12-01T00:00Z') };

export interface WallClock {
  /** When the clock is moved: [first minute of it, minutes east of UTC from then on]. The first entry is where the table begins. */
  readonly changes: readonly (readonly [minute: number, east: number])[];
  east(minute: number): number;
}

function reader(name: string): (minute: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (minute) => {
    const part = new Map<string, number>();
    for (const { type, value } of format.formatToParts(EPOCH + minute * 60_000))
      part.set(type, Number(value));
    const get = (type: string): number => part.get(type) ?? Number.NaN;
    const local = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'));
    return (local - EPOCH) / 60_000 - minute;
  };
}

/** Looks at every day, and within a day on which the clock was moved for the minute of it. */
function read(name: string): WallClock {
  const east = reader(name);
  let before = east(YEARS.from);
  const changes: [number, number][] = [[YEARS.from, before]];
  for (let day = YEARS.from; day < YEARS.to; day += DAY) {
    const after = east(day + DAY);
    if (after === before) continue;
    let [low, high] = [day, day + DAY];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (east(middle) === before) low = middle;
      else high = middle;
    }
    changes.push([high, after]);
    before = after;
  }
  return { changes, east: (minute) => changes.findLast(([from]) => from <= minute)?.[1] ?? Number.NaN };
}

const known = new Map<string, WallClock>();

export function wallClock(name: string): WallClock {
  const clock = known.get(name) ?? read(name);
  known.set(name, clock);
  return clock;
}
