/** Memory of the plug with everything on: page served, MQTT connected, timers running. `npm run bench -- plug` does it 2,000 times. */
import t from 'tap';
import { Broker } from './broker.js';
import { Plug } from './house.js';
import { connected, everything, failures, rounds, settle } from './rounds.js';

const ROUNDS = 150;
const LARGEST = 3072;
/** Bytes that what a part keeps at a moment may differ by. */
const SLACK = 512;
/** A character is a name, too, from the first time on that it is looked at alone. */
const CHARACTERS = 40;

t.test('with everything on, 150 rounds of pages and forms leave the 38 KB as they were', async (t) => {
  const broker = await Broker.up(t);
  const plug = await Plug.up(t, { settings: everything(broker.port) });
  await plug.setTime('2026-11-21T09:00:00Z');
  await connected(plug, broker);
  const before = await settle(plug);
  let largest = before.largest;
  await rounds(plug, ROUNDS, (heap) => {
    largest = Math.min(largest, heap.largest);
  });
  const after = await settle(plug);
  t.ok(after.names <= before.names + CHARACTERS, `names: ${before.names} before, ${after.names} after`);
  t.ok(after.used <= before.used + SLACK, `${before.used} B before, ${after.used} B after`);
  t.equal(await plug.ask('house.errors'), 0, 'no part has failed');
  t.same(failures(plug), [], 'every visit has its answer');
  t.ok(largest >= LARGEST, `the largest free block was never under ${largest} B`);
  t.notOk(
    plug.lines().some((line) => line.includes('MemoryError')),
    'nobody was short of memory',
  );
});
