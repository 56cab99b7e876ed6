/** What happens when a part of the plug, or all of it, goes wrong. */
import t from 'tap';
import { Plug } from './plug-fixture.js';

const DRIVEN = { clock: 'driven' } as const;
const MEMORY = '[__import__("plug").read()[i] for i in (8, 9)]';

/** From now on a part does something else in its turn. */
function sabotage(plug: Plug, part: string, deed: string): Promise<unknown> {
  return plug.ask(
    `[setattr(house.parts["${part}"], "wait", lambda: 0), setattr(house.parts["${part}"], "step", ${deed})]`,
  );
}

function resets(plug: Plug): number {
  return plug.board.events.filter(({ event }) => event === 'reset').length;
}

t.test('S1.81 S1.82 S1.83 a loop that hangs is reset, counted, and the relay stays', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await plug.ask('house.switch.set(True, "w")');
  await sabotage(plug, 'wifi', 'lambda: __import__("time").sleep(100000)');
  await plug.advance(55_000);
  t.equal(resets(plug), 0, 'not before a minute');
  await plug.advance(30_000);
  t.equal(resets(plug), 1);
  t.equal(plug.relay(), true);
  t.strictSame(await plug.ask(MEMORY), [1, 'w'.charCodeAt(0)]);
});

t.test('S1.81 B1s a look-up of 19 s, and a clock that jumps, are no reason', async (t) => {
  const plug = await Plug.up(t, { ...DRIVEN, faults: { dnsDelay: 19_000 } });
  for (const time of ['2026-11-21T10:00:00Z', '2031-01-01T00:00:00Z', '2026-01-02T00:00:00Z']) {
    await plug.setTime(time);
    await plug.advance(180_000);
  }
  t.equal(resets(plug), 0);
});

t.test('a part that raises is stopped and built again; the others go on', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await sabotage(plug, 'web', 'lambda: 1 // 0');
  await plug.advance(5000);
  t.equal(await plug.ask('house.errors'), 1);
  t.notOk(((await plug.ask('list(house.parts)')) as string[]).includes('web'));
  plug.press();
  await plug.advance(200);
  t.ok(plug.relay());
  await plug.advance(10_000);
  t.equal((await plug.get('/')).status, 200, 'the page is back');
  t.equal(resets(plug), 0);
});

t.test('S1.83 a lack of memory is mended by a reset, if it happens again', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await sabotage(plug, 'wifi', 'lambda: bytearray(100000)');
  await plug.advance(1000);
  t.equal(resets(plug), 0);
  await plug.advance(12_000);
  await sabotage(plug, 'wifi', 'lambda: bytearray(100000)');
  await plug.advance(6000);
  t.equal(resets(plug), 1);
  t.strictSame(await plug.ask(MEMORY), [0, 'm'.charCodeAt(0)]);
});

t.test('S1.55 a reset from the page lets the answer out first', async (t) => {
  const plug = await Plug.up(t, DRIVEN);
  await plug.ask('house.reset("w")');
  t.equal((await plug.get('/')).status, 200);
  t.equal(resets(plug), 0);
  await plug.advance(2000);
  t.equal(resets(plug), 1);
});
