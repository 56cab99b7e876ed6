/** Memory of the plug with everything on: page served, MQTT connected, timers running. `npm run bench -- plug` does it 2,000 times. */
import t from 'tap';
import { Broker } from './broker.js';
import { type Heap, heap } from './heap.js';
import { FEED } from './mqtt-table.js';
import { Plug } from './plug-fixture.js';
import {
  connected,
  everything,
  failures,
  PAGES,
  randomVisits,
  rested,
  untilSettled,
} from './random-visits.js';

const ROUNDS = 150;
const MAX_PIECE = 3072;
/** Bytes that what a part keeps at a moment may differ by. */
const SLACK = 512;
/** Code that seldom runs may have some of its own. */
const NAMES = 8;
const LETTERS = 160;

t.test('with everything on, 150 rounds of pages and forms leave the 38 KB as they were', async (t) => {
  const broker = await Broker.up(t);
  const plug = await Plug.up(t, { settings: everything(broker.port) });
  await plug.setTime('2026-11-21T09:00:00Z');
  await connected(plug, broker);
  let largest = (await rested(plug)).largest;
  const watch = (heap: Heap): void => {
    largest = Math.min(largest, heap.largest);
  };
  const before = await untilSettled(plug);
  watch(before);
  await randomVisits(plug, ROUNDS, watch);
  await outage(plug, broker, watch);
  const after = await untilSettled(plug);
  watch(after);
  t.ok(after.names <= before.names + NAMES, `names: ${before.names} before, ${after.names} after`);
  t.ok(after.used <= before.used + SLACK, `${before.used} B before, ${after.used} B after`);
  t.equal(await plug.ask('house.errors'), 0, 'no part has failed');
  t.same(failures(plug), [], 'every visit has its answer');
  t.ok(largest >= MAX_PIECE, `the largest free block was never under ${largest} B`);
  t.notOk(
    plug.lines().some((line) => line.includes('MemoryError')),
    'nobody was short of memory',
  );
});

/** Other topics, and a broker that goes and comes back: what is kept of them is made anew. */
async function outage(plug: Plug, broker: Broker, watch: (heap: Heap) => void): Promise<void> {
  const { port } = broker;
  const main = 'a/longer/topic/than/before';
  await plug.post('/mqtt', { host: '127.0.0.1', port: String(port), main, feed: FEED, ha: '1' });
  const greeted = () => broker.log.split(`${main}/update'`).length;
  await plug.until(() => greeted() > 1, 'the other topic');
  watch(await rested(plug));
  const visits = greeted();
  await broker.stop();
  await plug.until(() => plug.lines().some((line) => line.includes('plug: mqtt:')), 'the loss');
  watch(await rested(plug));
  await broker.start();
  await plug.until(() => greeted() > visits, 'the greeting');
  watch(await rested(plug));
}

t.test('32 ranges are saved and shown with everything on', async (t) => {
  const broker = await Broker.up(t);
  const settings = everything(broker.port);
  const plug = await Plug.up(t, { settings });
  await connected(plug, broker);
  const lines = Array.from(
    { length: 32 },
    (_, i) => `${clock(i * 40)} - ${clock(i * 40 + 30)} Mo Tu We Th Fr Sa`,
  );
  const form = { active: '1', a: '0,1,2,3,4,5,6', timers: lines.join('\r\n') };
  for (let round = 0; round < 3; round++) {
    t.equal((await plug.post('/timers', form)).status, 303);
    const page = await (await plug.get('/timers')).text();
    t.match(page, `\n${lines.join('\n')}\n</textarea>`);
    const home = await (await plug.get('/')).text();
    t.match(home, '1240-1270-63\n"');
    const wrong = await plug.post('/timers', { ...form, timers: `${form.timers}7` });
    t.equal(wrong.status, 422);
    t.match(await wrong.text(), `\n${lines.join('\n')}7\n</textarea>`);
    for (const path of PAGES) t.equal((await plug.get(path)).status, 200, path);
  }
  t.equal(await plug.ask('len(house.parts["plan"].timers["rows"])'), 32);
  t.equal(await plug.ask('house.errors'), 0);
  t.notOk(
    plug.lines().some((line) => line.includes('MemoryError')),
    'nobody was short of memory',
  );
});

function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((n) => String(n).padStart(2, '0')).join(':');
}

t.test('what a visitor types makes no names: they would stay for ever', async (t) => {
  const plug = await Plug.up(t);
  const form = (text: string): Promise<Response> =>
    plug.post('/settings', { called: text, level: text, hour: text, tz: text, zone: text, ntp: text });
  t.equal((await form('x')).status, 422);
  const { names } = await heap(plug);
  for (let i = 0; i < LETTERS; i += 16) await form(letters(i, 16));
  const after = await heap(plug);
  t.ok(after.names <= names, `${names} names before, ${after.names} after ${LETTERS} letters`);
});

/** So many, from a place of their own. */
function letters(from: number, count: number): string {
  return String.fromCodePoint(...Array.from({ length: count }, (_, i) => 0x4e00 + from + i));
}
