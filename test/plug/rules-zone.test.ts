/** Zones: the POSIX rules against Node's Intl, the far ends, what is refused, and how times are shown. */
import t from 'tap';
import { rulesInVm, WALK } from './rules-vm.js';
import { minuteOf, wallClock, YEARS } from './wall-clock.js';
import { ZONES } from './zones.js';

const ask = await rulesInVm();
const DAY = 1440;

t.test('S1.73 every move of the clock until 2037, to the minute, in all zones', async (t) => {
  const cases = ZONES.map(({ name, tz }) => {
    const moves = wallClock(name)
      .changes.slice(1)
      .map(([at]) => at);
    const around = moves.flatMap((at) => [at - DAY, at - 1, at, at + 1, at + DAY]);
    const often = Array.from({ length: 800 }, (_, i) => YEARS.from + i * 7777);
    return { name, tz, ask: [...around, ...often] };
  });
  const told = (await ask(WALK, cases)) as number[][];
  cases.forEach(({ name, ask }, i) => {
    const truth = ask.map((minute) => wallClock(name).east(minute));
    t.strictSame(told[i], truth, `${name}: ${wallClock(name).changes.length - 1} moves`);
  });
  t.ok(wallClock('Europe/Berlin').changes.length > 20, 'the oracle sees moves');
});

t.test('S1.73 leap years and years far away', async (t) => {
  const cases = [
    '2000-03-26T01:00Z',
    '2000-10-29T01:00Z',
    '2044-03-27T01:00Z',
    '2069-03-31T01:00Z',
    '2099-10-25T01:00Z',
  ]
    .map(minuteOf)
    .map((minute) => ({ tz: 'CET-1CEST,M3.5.0,M10.5.0/3', ask: [minute - 1, minute] }));
  t.strictSame(await ask(WALK, cases), [
    [60, 120],
    [120, 60],
    [60, 120],
    [60, 120],
    [120, 60],
  ]);
});

const PARSE = `
import json
from plug.forms import parse
from plug.rules import span
out = []
with open("/cases.json") as f:
    for text in json.load(f):
        try:
            zone = parse(text)
            out.append(span(zone, 14000000)[0])
        except ValueError:
            out.append("refused")
print("result", json.dumps(out))
`;

t.test('S1.72 B1q offsets from -12:00 to +14:00 with minutes, west and east', async (t) => {
  const zones = {
    '<-12>12': -720,
    '<-0930>9:30': -570,
    'NST3:30': -210,
    '<-0030>0:30': -30,
    UTC0: 0,
    '<+0030>-0:30': 30,
    'IST-5:30': 330,
    '<+0545>-5:45': 345,
    '<+14>-14': 840,
    'EST+5': -300,
  };
  t.strictSame(await ask(PARSE, Object.keys(zones)), Object.values(zones));
});

t.test('S1.73 what is no rule is refused', async (t) => {
  const wrong = [
    '',
    'CET',
    '-1',
    'CE-1',
    '<+03-3',
    'CET-15',
    'CET13',
    'CET-1:75',
    'CET-1:00:30',
    'CET-x',
    'CET-1CEST',
    'CET-1CEST,M3.5.0',
    'CET-1CEST,M3.5.0,M10.5.0,M1.1.0',
    'CET-1,M3.5.0,M10.5.0',
    'CET-1CEST,M13.5.0,M10.5.0',
    'CET-1CEST,M0.5.0,M10.5.0',
    'CET-1CEST,M3.6.0,M10.5.0',
    'CET-1CEST,M3.0.0,M10.5.0',
    'CET-1CEST,M3.5.7,M10.5.0',
    'CET-1CEST,M3.5,M10.5.0',
    'CET-1CEST,M3.5.0/,M10.5.0',
    'CET-1CEST,M3.5.0/168,M10.5.0',
    'CET-1CEST,J60,J300',
    'CET-1CEST,,',
    'Europe/Berlin',
    'CET-1CEST-2 ,M3.5.0,M10.5.0',
  ];
  t.strictSame(
    await ask(PARSE, wrong),
    wrong.map(() => 'refused'),
  );
});
