/** The button: what is a press, what is not, and what ten of them do. On the board's clock, to the millisecond. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { begin, FAULTS, NAMES, optionsOf, untilSettled } from './faults.js';
import { Plug } from './plug-fixture.js';

const DRIVEN = { clock: 'driven' } as const;
const DOWN = 0;
const UP = 1;
/** Milliseconds on the board's clock at which its ticks begin anew. */
const WRAP = 2 ** 30;

/** Moves the button, and lets time pass after each move. */
async function move(plug: Plug, moves: readonly (readonly [level: number, ms: number])[]): Promise<void> {
  for (const [level, ms] of moves) {
    plug.board.input(0, level);
    await plug.advance(ms);
  }
}

async function press(plug: Plug, times: number, every = 250): Promise<void> {
  for (let n = 0; n < times; n++)
    await move(plug, [
      [DOWN, 100],
      [UP, every - 100],
    ]);
}

t.test('S1.80 a press switches, and a second one back', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await press(plug, 1);
  t.equal(plug.relay(), true);
  await press(plug, 1);
  t.equal(plug.relay(), false);
  t.equal(await plug.ask('house.switch.why'), 'b');
});

t.test('S1.80 B0d less than 40 ms is no press, however often it comes', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  for (let n = 0; n < 20; n++)
    await move(plug, [
      [DOWN, 38],
      [UP, 3],
    ]);
  t.equal(plug.relay(), false);
});

t.test('S1.80 contacts that bounce make one press', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  const bounce = (to: number): [number, number][] =>
    Array.from({ length: 9 }, (_, n) => [n % 2 === 0 ? to : 1 - to, 3]);
  await move(plug, [...bounce(DOWN), [DOWN, 200], ...bounce(UP), [UP, 300]]);
  t.equal(plug.relay(), true, 'on');
  await move(plug, [...bounce(DOWN), [DOWN, 200], ...bounce(UP), [UP, 300]]);
  t.equal(plug.relay(), false, 'and off');
});

t.test('S1.80 a button that is released without having been pressed does nothing', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, hardware: { pins: { 0: 0 } } });
  await move(plug, [[UP, 500]]);
  t.equal(plug.relay(), false);
  await press(plug, 1);
  t.equal(plug.relay(), true);
});

t.test('S1.80 S1.82 more than 2 s reset the board, and the relay stays as it was', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await press(plug, 1);
  const driven: boolean[] = [];
  const stop = plug.board.on(
    ({ event, pin, value }) => event === 'pin' && pin === 12 && driven.push(value === 1),
  );
  await move(plug, [
    [DOWN, 2100],
    [UP, 1000],
  ]);
  await plug.board.event('reset', 60_000);
  await plug.until(() => plug.board.events.filter(({ event }) => event === 'plug-up').length > 1);
  stop();
  t.equal(plug.relay(), true);
  t.notOk(driven.includes(false), 'it was never driven off');
  t.equal(await plug.ask('__import__("plug").read()[9]'), 'b'.charCodeAt(0), 'S1.83 the reason');
});

t.test('S1.82 a power cut ends the choice: off', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await press(plug, 1);
  await plug.board.cut();
  await plug.up();
  t.equal(plug.relay(), false);
});

t.test('B2e a press works when the ticks begin anew', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, hardware: { uptime: WRAP - 40_000 } });
  await press(plug, 1);
  t.equal(plug.relay(), true);
  await plug.advance(60_000);
  await press(plug, 1);
  t.equal(plug.relay(), false);
});

t.test(
  'S2.7 ten presses within 3 s forget Wi-Fi and settings, keep trust, and leave the relay as it was',
  async (t) => {
    const settings = { mqtt: { main: 'x' }, plug: { name: 'named' }, timers: { days: 3 } };
    const plug = await Plug.up(t, { ...DRIVEN, settings });
    const before = readdirSync(join(plug.flash, 'data')).sort();
    await press(plug, 10);
    await plug.board.event('access-point', 60_000);
    t.equal(plug.relay(), false);
    t.strictSame(
      readdirSync(join(plug.flash, 'data')).sort(),
      before.filter((name) => !/^(?:mqtt|plug|timers|wifi)\.json$/.test(name)),
    );
    t.match(before.join(), /anchors.*enrol.*head|anchors,enrol/);
  },
);

t.test('S2.7 B2e also while the ticks begin anew', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, hardware: { uptime: WRAP - 61_000 } });
  const now = Number(await plug.ask('__import__("time").ticks_ms()'));
  await plug.advance(WRAP - now - 1200);
  await press(plug, 10);
  await plug.board.event('access-point', 60_000);
  t.equal(plug.relay(), false);
});

t.test('S2.7 ten slower presses, and orders from elsewhere, do nothing of the kind', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await press(plug, 10, 360);
  await plug.advance(3000);
  for (let n = 0; n < 30; n++) await plug.ask('house.switch.set(not house.switch.on, "m")');
  await press(plug, 9);
  t.notOk(plug.board.events.some(({ event }) => event === 'reset' || event === 'access-point'));
  t.match(plug.json('wifi'), { networks: [['home', 'correct horse']] });
});

for (const name of NAMES) {
  t.test(`the button acts within 50 ms during ${name}`, async (t) => {
    const trouble = await FAULTS[name](t);
    const plug = await Plug.up(t, optionsOf(trouble));
    await untilSettled(plug, trouble);
    await begin(plug, trouble);
    plug.board.input(0, DOWN);
    await plug.advance(100);
    plug.board.input(0, UP);
    await plug.advance(50);
    t.equal(plug.relay(), true);
    t.ok(await plug.ask(trouble.lasts), 'it still lasts');
  });
}
