/** Timers as text: what is understood, what is refused and with which line. */
import t from 'tap';
import { rulesInVm } from './rules-vm.js';

const ask = await rulesInVm();
const SCRIPT = `
import json
from plug.timers import lines, parse, show
out = []
with open("/cases.json") as f:
    for text in json.load(f):
        try:
            packed = parse(lines(text.encode()))
            rows = [[row >> 18, row >> 7 & 2047, row & 127] for row in packed]
            out.append([rows, "\\n".join([shown for (shown,) in show(packed)])])
        except ValueError as e:
            out.append(e.args[0])
print("result", json.dumps(out))
`;

type Understood = [rows: [start: number, end: number, days: number][], shown: string];

const understood = async (text: string): Promise<Understood> =>
  ((await ask(SCRIPT, [text])) as [Understood])[0];

t.test('S1.64 ranges are understood as people write them', async (t) => {
  const text = '06:00 - 08:30\r\n\r\n  7:05-9:00  \n22:00 \u2013 24:00\n';
  const [rows, shown] = await understood(text);
  t.strictSame(rows, [
    [360, 510, 127],
    [425, 540, 127],
    [1320, 1440, 127],
  ]);
  t.equal(shown, '06:00 - 08:30\n07:05 - 09:00\n22:00 - 24:00');
  t.strictSame((await understood(shown))[0], rows, 'what is shown is understood');
  t.strictSame(await understood(''), [[], '']);
  t.strictSame(
    (await understood('20:00 - 21:00\n06:00 - 07:00'))[0],
    [
      [360, 420, 127],
      [1200, 1260, 127],
    ],
    'in order of time',
  );
});

t.test(
  'S1.62 B1l a range over midnight is no mistake, and 00:00 as an end is the end of the day',
  async (t) => {
    t.strictSame((await understood('22:00 - 06:00'))[0], [[1320, 360, 127]]);
    t.strictSame((await understood('22:00 - 00:00'))[0], [[1320, 1440, 127]]);
    t.strictSame((await understood('00:00 - 24:00'))[0], [[0, 1440, 127]]);
  },
);

t.test('S1.68 days behind a range; without any it counts on all', async (t) => {
  const [rows, shown] = await understood('22:00 - 6:00 Fr, Sa\n06:00-07:00 Mo Tu We Th Fr Sa Su');
  t.strictSame(rows, [
    [360, 420, 127],
    [1320, 360, 0b110000],
  ]);
  t.equal(shown, '06:00 - 07:00\n22:00 - 06:00 Fr Sa');
});

t.test('S1.63 B1m ranges that overlap are kept as they were typed', async (t) => {
  t.strictSame((await understood('10:00 - 12:00\n10:30 - 13:00'))[0], [
    [600, 720, 127],
    [630, 780, 127],
  ]);
});

t.test('S1.64 B1n what is no range is refused with its line', async (t) => {
  const wrong: [text: string, line: number, about: string][] = [
    ['6:75 - 8:00', 1, '6:75'],
    ['06:00 - 08:00\n25:00 - 26:00', 2, '25:00'],
    ['06:00 - 24:59', 1, '24:59'],
    ['06:00 - 24:01', 1, '24:01'],
    ['24:00 - 06:00', 1, '24:00'],
    ['\n\n6 - 8', 3, '6'],
    ['06:00 to 08:00', 1, '-'],
    ['06:00 and - 08:00', 1, '06:00 and'],
    ['06:00 - 08:00 please', 1, '08:00 please'],
    ['06:00', 1, '-'],
    ['06:00 - 07:00 - 08:00', 1, '-'],
    ['06:0 - 07:00', 1, '06:0'],
    ['-6:00 - 07:00', 1, '-'],
    ['006:00 - 07:00', 1, '006:00'],
    ['06:00:00 - 07:00', 1, '06:00:00'],
    ['+6:00 - 07:00', 1, '+6:00'],
    ['06:00 -', 1, 'no time'],
    [Array.from({ length: 33 }, () => '06:00 - 07:00').join('\n'), 0, '32'],
    ['06:00 - 07:00\nMo Tu', 2, '-'],
    ['06:00 - 07:00 Mo Xy', 1, '07:00 Mo Xy'],
  ];
  const told = (await ask(
    SCRIPT,
    wrong.map(([text]) => text),
  )) as string[];
  wrong.forEach(([text, line, about], i) => {
    t.match(told[i], line === 0 ? /^More/ : `Line ${line}: `, JSON.stringify(text.slice(0, 40)));
    t.match(told[i], about);
  });
});
