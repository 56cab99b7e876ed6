/** What the timers want, in small examples with dates that a calendar confirms. Answers come from the shipped code in the VM. */
import t from 'tap';
import { type Run, rulesInVm, type Timers, WALK } from './rules-vm.js';
import { isoOf, minuteOf } from './wall-clock.js';

const ask = await rulesInVm();
const BERLIN = 'CET-1CEST,M3.5.0,M10.5.0/3';
const EVERY_DAY = 127;
const MO_FR = 31;

const at = (hhmm: string): number => Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3));

function timers(rows: readonly (readonly [string, string, number?])[], more: Partial<Timers> = {}): Timers {
  const whole = rows.map(([start, end, mask = EVERY_DAY]) => [at(start), at(end), mask] as const);
  return { active: true, reverse: false, days: EVERY_DAY, rows: whole, ...more };
}

interface Question {
  timers: Timers;
  from: string;
  hours: number;
  tz?: string;
  presses?: readonly (readonly [string, boolean])[];
}

/** What the relay does over some hours: ['2026-11-21T06:00 on', …], in UTC; the first entry is how it begins. */
async function course({ timers, from, hours, tz = 'UTC0', presses = [] }: Question): Promise<string[]> {
  const begin = minuteOf(`${from}Z`);
  const pressed = presses.map(([when, on]) => [minuteOf(`${when}Z`), on]);
  const input = { tz, timers, from: begin, to: begin + hours * 60, ask: null, presses: pressed };
  const [runs = []] = (await ask(WALK, [input])) as Run[][];
  let before: boolean | null | undefined;
  return runs.flatMap(([minute, on]) => {
    if (on === before) return [];
    before = on;
    return [`${isoOf(minute)} ${on === null ? 'nobody' : on ? 'on' : 'off'}`];
  });
}

/** The next switching point as it is told at this moment. */
async function nextAt(timers: Timers, when: string, tz = 'UTC0'): Promise<string | null> {
  const from = minuteOf(`${when}Z`);
  const input = { tz, timers, from, to: from + 1, ask: null, presses: [] };
  const [runs = []] = (await ask(WALK, [input])) as Run[][];
  const next = runs[0]?.[2] ?? null;
  return next === null ? null : isoOf(next);
}

t.test('S1.60 a switching point is known to the minute, long before it comes', async (t) => {
  const plan = timers([['18:00', '22:30']]);
  t.equal(await nextAt(plan, '2026-11-21T00:00', BERLIN), '2026-11-21T17:00');
  t.equal(await nextAt(plan, '2026-11-21T16:59', BERLIN), '2026-11-21T17:00');
  t.equal(await nextAt(plan, '2026-11-21T17:00', BERLIN), '2026-11-21T21:30', 'at that minute it has come');
  t.strictSame(await course({ timers: plan, from: '2026-11-21T00:00', hours: 24, tz: BERLIN }), [
    '2026-11-21T00:00 off',
    '2026-11-21T17:00 on',
    '2026-11-21T21:30 off',
  ]);
});

t.test('S1.61 a choice holds until the next switching point, then the timers rule', async (t) => {
  const plan = timers([['10:00', '12:00']]);
  const from = '2026-11-21T08:00';
  const day = { timers: plan, from, hours: 24 };
  t.strictSame(await course({ ...day, presses: [['2026-11-21T11:00', false]] }), [
    `${from} off`,
    '2026-11-21T10:00 on',
    '2026-11-21T11:00 off',
  ]);
  t.strictSame(await course({ ...day, presses: [['2026-11-21T09:00', true]] }), [
    `${from} off`,
    '2026-11-21T09:00 on',
    '2026-11-21T12:00 off',
  ]);
  const twice = [['2026-11-21T13:00', true] as const, ['2026-11-21T14:00', false] as const];
  t.strictSame((await course({ ...day, presses: twice })).slice(-2), [
    '2026-11-21T13:00 on',
    '2026-11-21T14:00 off',
  ]);
});

t.test(
  'S1.61 a choice holds for ever where no timer ever switches, and nobody decides without timers',
  async (t) => {
    const presses = [['2026-11-22T09:00', true] as const];
    const year = { from: '2026-11-22T08:00', hours: 800, presses };
    t.strictSame(await course({ ...year, timers: timers([]) }), [
      '2026-11-22T08:00 off',
      '2026-11-22T09:00 on',
    ]);
    t.strictSame(await course({ ...year, timers: timers([], { active: false }) }), [
      '2026-11-22T08:00 nobody',
    ]);
  },
);

t.test('S1.62 B1l a range over midnight belongs to the weekday on which it starts', async (t) => {
  // 2026-11-20 is a Friday
  const friday = timers([['22:00', '06:00', 1 << 4]]);
  t.strictSame(await course({ timers: friday, from: '2026-11-19T12:00', hours: 72 }), [
    '2026-11-19T12:00 off',
    '2026-11-20T22:00 on',
    '2026-11-21T06:00 off',
  ]);
  const dayLong = timers([['08:00', '08:00', 1 << 4]]);
  t.strictSame((await course({ timers: dayLong, from: '2026-11-19T12:00', hours: 72 })).slice(1), [
    '2026-11-20T08:00 on',
    '2026-11-21T08:00 off',
  ]);
});

t.test('S1.63 B1m overlapping and touching ranges are their union, in any order', async (t) => {
  const union = ['2026-11-21T00:00 off', '2026-11-21T10:00 on', '2026-11-21T13:00 off'];
  const lists: [string, string][][] = [
    [
      ['10:00', '12:00'],
      ['10:30', '13:00'],
    ],
    [
      ['10:30', '13:00'],
      ['10:00', '12:00'],
    ],
    [
      ['10:00', '11:00'],
      ['11:00', '13:00'],
    ],
    [
      ['11:00', '13:00'],
      ['10:00', '11:00'],
    ],
    [
      ['10:00', '13:00'],
      ['11:00', '12:00'],
      ['12:30', '13:00'],
    ],
  ];
  for (const rows of lists) {
    t.strictSame(await course({ timers: timers(rows), from: '2026-11-21T00:00', hours: 24 }), union);
    t.equal(await nextAt(timers(rows), '2026-11-21T10:15'), '2026-11-21T13:00');
  }
  const night = timers([
    ['00:00', '06:00'],
    ['22:00', '24:00'],
  ]);
  t.equal(await nextAt(night, '2026-11-21T23:00'), '2026-11-22T06:00', 'they touch at midnight');
});

t.test('S1.63 32 ranges that touch, from the last to the first, are one', async (t) => {
  const rows = Array.from({ length: 32 }, (_, i) => [31 * 45 - i * 45, 32 * 45 - i * 45, EVERY_DAY] as const);
  t.equal(await nextAt(timers([], { rows }), '2026-11-21T10:15'), null);
  const open = timers([], { rows: rows.slice(1) });
  t.equal(await nextAt(open, '2026-11-21T10:15'), '2026-11-21T23:15');
});

t.test('S1.64 24:00 is the end of a day', async (t) => {
  t.strictSame(
    (await course({ timers: timers([['23:00', '24:00']]), from: '2026-11-21T12:00', hours: 13 })).slice(1),
    ['2026-11-21T23:00 on', '2026-11-22T00:00 off'],
  );
});

t.test('S1.65 B1o on an inactive day the relay is off, whatever was chosen before', async (t) => {
  // Saturday 21 and Sunday 22 are inactive. Friday's last range ends, and Saturday stays off.
  const plan = timers(
    [
      ['07:00', '09:00'],
      ['20:00', '23:00'],
    ],
    { days: MO_FR },
  );
  const friday = '2026-11-20T19:00';
  const weekend = [`${friday} off`, '2026-11-20T20:00 on', '2026-11-20T23:00 off', '2026-11-23T07:00 on'];
  t.strictSame(await course({ timers: plan, from: friday, hours: 61 }), weekend);
  const stale = [['2026-11-20T21:00', false] as const];
  t.strictSame(
    await course({ timers: plan, from: friday, hours: 61, presses: stale }),
    [`${friday} off`, '2026-11-20T20:00 on', '2026-11-20T21:00 off', '2026-11-23T07:00 on'],
    'what was chosen on Friday is not chosen again at midnight',
  );
  const late = [['2026-11-20T23:30', true] as const];
  t.strictSame(
    (await course({ timers: plan, from: friday, hours: 85, presses: late })).slice(3, 5),
    ['2026-11-20T23:30 on', '2026-11-23T09:00 off'],
    'a choice after the last range holds until Monday 07:00, where the timers want it on anyway',
  );
  const overnight = timers([['22:00', '06:00']], { days: MO_FR });
  t.equal(
    await nextAt(overnight, '2026-11-20T23:00'),
    '2026-11-21T06:00',
    'a range that has begun is finished',
  );
});

t.test('S1.66 the next switching point skips days on which nothing happens', async (t) => {
  const plan = timers([['07:00', '09:00']], { days: MO_FR });
  t.equal(await nextAt(plan, '2026-11-20T10:00'), '2026-11-23T07:00');
  const mondays = timers([['07:00', '09:00', 1]]);
  t.equal(await nextAt(mondays, '2026-11-23T09:00'), '2026-11-30T07:00', 'a week');
  t.equal(await nextAt(timers([['07:00', '09:00', 0]]), '2026-11-23T09:00'), null, 'never');
  t.equal(await nextAt(timers([['00:00', '24:00']]), '2026-11-23T09:00'), null, 'always on');
});

t.test('S1.66 a range that falls into the skipped hour of this week is found in the next', async (t) => {
  const sundays = timers([['02:15', '02:45', 64]]);
  t.equal(await nextAt(sundays, '2026-03-22T12:00', BERLIN), '2026-04-05T00:15');
  const turned = timers([['02:15', '02:45', 64]], { reverse: true });
  t.equal(await nextAt(turned, '2026-03-22T12:00', BERLIN), '2026-04-05T00:15', 'no off on the 29th either');
});

t.test('S1.68 reversed: off in the ranges, on around them, off on an inactive day', async (t) => {
  const plan = timers(
    [
      ['10:00', '12:00'],
      ['22:00', '02:00'],
    ],
    { reverse: true, days: MO_FR },
  );
  t.strictSame(await course({ timers: plan, from: '2026-11-19T00:00', hours: 125 }), [
    '2026-11-19T00:00 off',
    '2026-11-19T02:00 on',
    '2026-11-19T10:00 off',
    '2026-11-19T12:00 on',
    '2026-11-19T22:00 off',
    '2026-11-20T02:00 on',
    '2026-11-20T10:00 off',
    '2026-11-20T12:00 on',
    '2026-11-20T22:00 off',
    '2026-11-23T00:00 on',
    '2026-11-23T10:00 off',
    '2026-11-23T12:00 on',
    '2026-11-23T22:00 off',
    '2026-11-24T02:00 on',
  ]);
});

t.test('S1.68 each weekday its own ranges', async (t) => {
  const plan = timers([
    ['06:00', '07:00', MO_FR],
    ['09:00', '10:00', 96],
  ]);
  t.strictSame((await course({ timers: plan, from: '2026-11-20T00:00', hours: 84 })).slice(1), [
    '2026-11-20T06:00 on',
    '2026-11-20T07:00 off',
    '2026-11-21T09:00 on',
    '2026-11-21T10:00 off',
    '2026-11-22T09:00 on',
    '2026-11-22T10:00 off',
    '2026-11-23T06:00 on',
    '2026-11-23T07:00 off',
  ]);
});

t.test('S1.71 B1p the weekday is that of the place, also while UTC has another day', async (t) => {
  const monday = timers([['00:00', '24:00', 1]]);
  const auckland = 'NZST-12NZDT,M9.5.0,M4.1.0/3';
  t.strictSame(
    (await course({ timers: monday, from: '2026-11-21T00:00', hours: 72, tz: auckland })).slice(1),
    ['2026-11-22T11:00 on', '2026-11-23T11:00 off'],
  );
  t.strictSame(
    (await course({ timers: monday, from: '2026-11-21T00:00', hours: 96, tz: '<-12>12' })).slice(1),
    ['2026-11-23T12:00 on', '2026-11-24T12:00 off'],
  );
});

t.test('S1.73 switching points inside the skipped hour come at its end', async (t) => {
  // Berlin, 2026-03-29: after 01:59 (00:59 UTC) comes 03:00 (01:00 UTC)
  const from = '2026-03-28T20:00';
  const tz = BERLIN;
  t.strictSame((await course({ timers: timers([['02:30', '05:00']]), from, hours: 8, tz })).slice(1), [
    '2026-03-29T01:00 on',
    '2026-03-29T03:00 off',
  ]);
  t.strictSame((await course({ timers: timers([['01:00', '02:30']]), from, hours: 8, tz })).slice(1), [
    '2026-03-29T00:00 on',
    '2026-03-29T01:00 off',
  ]);
  t.strictSame(await course({ timers: timers([['02:10', '02:50']]), from, hours: 8, tz }), [`${from} off`]);
});

t.test(
  'S1.73 switching points inside the repeated hour come each time that the clock shows them',
  async (t) => {
    // Berlin, 2026-10-25: after 02:59 (00:59 UTC) comes 02:00 (01:00 UTC) again
    const from = '2026-10-24T20:00';
    const tz = BERLIN;
    t.strictSame((await course({ timers: timers([['02:10', '02:50']]), from, hours: 8, tz })).slice(1), [
      '2026-10-25T00:10 on',
      '2026-10-25T00:50 off',
      '2026-10-25T01:10 on',
      '2026-10-25T01:50 off',
    ]);
    t.strictSame((await course({ timers: timers([['01:00', '02:30']]), from, hours: 8, tz })).slice(1), [
      '2026-10-24T23:00 on',
      '2026-10-25T00:30 off',
      '2026-10-25T01:00 on',
      '2026-10-25T01:30 off',
    ]);
    t.strictSame((await course({ timers: timers([['01:00', '03:00']]), from, hours: 8, tz })).slice(1), [
      '2026-10-24T23:00 on',
      '2026-10-25T02:00 off',
    ]);
  },
);

t.test('S1.73 the US, the south and half an hour', async (t) => {
  const noon = timers([['12:00', '12:30']]);
  const on = async (tz: string, from: string): Promise<string | undefined> =>
    (await course({ timers: noon, from, hours: 24, tz }))[1];
  t.equal(await on('EST5EDT,M3.2.0,M11.1.0', '2026-03-07T18:00'), '2026-03-08T16:00 on');
  t.equal(await on('EST5EDT,M3.2.0,M11.1.0', '2026-11-01T00:00'), '2026-11-01T17:00 on');
  t.equal(await on('AEST-10AEDT,M10.1.0,M4.1.0/3', '2026-10-03T12:00'), '2026-10-04T01:00 on');
  t.equal(await on('AEST-10AEDT,M10.1.0,M4.1.0/3', '2026-04-04T12:00'), '2026-04-05T02:00 on');
  t.equal(await on('<+1030>-10:30<+11>-11,M10.1.0,M4.1.0', '2026-04-04T12:00'), '2026-04-05T01:30 on');
  t.equal(await on('<-04>4<-03>,M9.1.6/24,M4.1.6/24', '2026-09-05T17:00'), '2026-09-06T15:00 on');
});
