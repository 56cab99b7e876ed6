/** Timers, choices and what happens when something else takes the processor: on the plug, on its clock. */
import t from 'tap';
import { begin, FAULTS, NAMES, optionsOf, untilSettled } from './faults.js';
import { Plug } from './plug-fixture.js';

const DRIVEN = { clock: 'driven' } as const;
/** On from 10:00 to 11:00 and from 12:00 to 13:00 UTC. */
const TIMERS = {
  active: true,
  rows: [
    [600, 660, 127],
    [720, 780, 127],
  ],
};
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function press(plug: Plug): Promise<void> {
  plug.press();
  await plug.advance(300);
}

/** Milliseconds from BEFORE until 10:00. */
const AHEAD = 15_000;
const BEFORE = '2026-11-21T09:59:45Z';
const SCAN = 'a scan of 2.5 s';

for (const name of NAMES.filter((name) => name !== SCAN)) {
  t.test(`S1.60 a switching point during ${name}`, async (t) => {
    const trouble = await FAULTS[name](t);
    const plug = await Plug.up(t, optionsOf(trouble, { timers: TIMERS }));
    await untilSettled(plug, trouble);
    await plug.setTime(BEFORE);
    await plug.advance(6000);
    const ms = await begin(plug, trouble);
    t.equal(plug.relay(), false);
    await trouble.pass(plug, AHEAD - 6000 - ms);
    await trouble.pass(plug, 2000);
    t.equal(plug.relay(), true, '10:00:02');
    t.ok(await plug.ask(trouble.lasts), 'it still lasts');
    await trouble.pass(plug, 5000);
    t.equal(plug.relay(), true, 'and the loop does not undo it');
  });
}

t.test(`S1.60 ${SCAN} is put off when a switching point is near`, async (t) => {
  const trouble = await FAULTS[SCAN]();
  const plug = await Plug.up(t, optionsOf(trouble, { timers: TIMERS }));
  await untilSettled(plug, trouble);
  await plug.setTime(BEFORE);
  await plug.advance(AHEAD - 2000);
  await trouble.begin(plug);
  await plug.advance(1500);
  t.notOk(await plug.ask(trouble.lasts), 'not now');
  await plug.advance(2500);
  t.equal(plug.relay(), true, '10:00:02');
  await begin(plug, trouble);
});

t.test('S1.61 a press holds until the next switching point, then the timers rule', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, settings: { timers: TIMERS } });
  await plug.setTime('2026-11-21T10:30:00Z');
  await plug.advance(1000);
  t.equal(plug.relay(), true);
  await press(plug);
  t.equal(plug.relay(), false);
  await plug.advance(20 * MINUTE);
  t.equal(plug.relay(), false, '10:50: still off');
  await plug.board.reset();
  await plug.up();
  await plug.advance(2000);
  t.equal(plug.relay(), false, 'also over a reset');
  t.ok(await plug.ask('house.override'));
  await plug.advance(HOUR + 11 * MINUTE);
  t.equal(plug.relay(), true, '12:01');
  t.equal(await plug.ask('house.override'), null);
});

t.test('S1.61 a power cut drops the choice, and saved timers do', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, settings: { timers: TIMERS } });
  await plug.setTime('2026-11-21T10:30:00Z');
  await plug.advance(1000);
  await press(plug);
  await plug.save('timers', TIMERS);
  await plug.advance(6000);
  t.equal(plug.relay(), true, 'timers were saved');
  await press(plug);
  t.equal(plug.relay(), false);
  await plug.board.cut();
  await plug.up();
  await plug.advance(1000);
  await plug.setTime('2026-11-21T10:40:00Z');
  await plug.advance(6000);
  t.equal(plug.relay(), true, 'the power was cut');
});

t.test(
  'S1.61 a press just before a switching point that the loop did not see does not outlive it',
  async (t) => {
    const plug = await Plug.up(t, { ...DRIVEN, settings: { timers: TIMERS }, faults: { dnsDelay: 19_000 } });
    await plug.advance(56_000);
    await plug.setTime('2026-11-21T10:59:48Z');
    await plug.advance(6000);
    t.equal(plug.relay(), true);
    await plug.ask('setattr(house.clock, "due", house.later(0))');
    await plug.advance(3000);
    await press(plug);
    await press(plug);
    t.equal(plug.relay(), true);
    await plug.advance(8000);
    t.equal(plug.relay(), false, '11:00');
    await plug.advance(30_000);
    t.equal(plug.relay(), false);
  },
);

t.test('S1.67 while the time is unknown the relay stays as it was chosen, and a little longer', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, settings: { timers: TIMERS } });
  await plug.advance(MINUTE);
  t.equal(plug.relay(), false);
  await press(plug);
  await plug.advance(MINUTE);
  t.equal(plug.relay(), true);
  t.equal(await plug.ask('house.next'), null);
  await plug.setTime('2026-11-21T09:00:00Z');
  await plug.advance(MINUTE);
  t.equal(plug.relay(), true, 'a choice of before counts until the next switching point');
  await plug.advance(2 * HOUR + MINUTE);
  t.equal(plug.relay(), false, '11:01');
});

t.test('S1.71 the clock is set back and forth: the relay follows at once', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, settings: { timers: TIMERS } });
  for (const [time, on] of [
    ['2026-11-21T10:30:00Z', true],
    ['2026-11-21T09:30:00Z', false],
    ['2027-06-01T10:58:00Z', true],
    ['2027-06-01T10:59:58Z', false],
  ] as const) {
    await plug.setTime(time);
    await plug.advance(6000);
    t.equal(plug.relay(), on, time);
  }
});
