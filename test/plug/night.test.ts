/** Updates that nobody notices: asked for at night, told, and installed when it disturbs nobody. The server is the real one. */
import t, { type Test } from 'tap';
import { World } from '../e2e/world.js';
import { Plug } from './plug-fixture.js';

const HOUR = 3_600_000;
/** Flash enough: whether the set fits beside itself is tested elsewhere. */
const ROOM = 200;
const EVENING = '2026-11-21T20:00:00Z';
/** The next question is three hours ahead at most. */
const NIGHT = '2026-11-22T01:58:00Z';

interface Home {
  readonly plug: Plug;
  /** Publishes something new. */
  readonly publish: () => Promise<number>;
}

async function home(t: Test, settings: object = {}, time = EVENING): Promise<Home> {
  const world = await World.make(t, { plug: true });
  await world.publish();
  const board = await world.board(
    t,
    {},
    { clock: 'driven', hold: true, hosts: { 'pool.ntp.org': '' }, blocks: ROOM },
  );
  await board.lay('data/plug.json', JSON.stringify(settings));
  const plug = Plug.on(board);
  t.teardown(() => t.passing() || t.comment(board.events.map((e) => JSON.stringify(e)).join('\n')));
  await plug.up();
  await plug.setTime(time);
  const publish = async (): Promise<number> => {
    await world.write({ 'new.py': `x = ${Math.random()}\n` });
    return world.publish();
  };
  return { plug, publish };
}

/** Whether `/state` and the first page say that an update waits. */
async function told(plug: Plug): Promise<{ waiting: unknown; page: boolean }> {
  const { waiting } = (await (await plug.get('/state')).json()) as { waiting: unknown };
  const html = await (await plug.get('/')).text();
  const [form] = /<form [^>]*id=update[^>]*>.*An update is waiting/.exec(html) ?? [];
  return { waiting, page: form !== undefined && !form.includes(' hidden') };
}

function events(plug: Plug, name: string): number {
  return plug.board.events.filter(({ event }) => event === name).length;
}

/** True if the relay was driven off since `from`. */
function wentOff(plug: Plug, from: number): boolean {
  return plug.board.events
    .slice(from)
    .some(({ event, pin, value }) => event === 'pin' && pin === 12 && value === 0);
}

t.test('nothing new: no reset, and page and clock are as before', async (t) => {
  const { plug } = await home(t);
  await plug.advance(24 * HOUR);
  t.equal(await plug.ask('house.waiting'), '');
  t.equal(events(plug, 'reset'), 0);
  t.equal((await plug.get('/')).status, 200);
  t.notOk(
    plug.board.events.some(({ event, grew }) => event === 'heap' && grew === true),
    'memory was enough',
  );
});

t.test('what waits is told, and installed as soon as the relay is off', async (t) => {
  const { plug, publish } = await home(t);
  await plug.ask('house.switch.set(True, "w")');
  const from = plug.board.events.length;
  const release = await publish();
  await plug.advance(12 * HOUR);
  t.equal(await plug.ask('house.waiting'), String(release));
  t.equal(events(plug, 'reset'), 0);
  t.equal((await plug.get('/')).status, 200, 'the page is there');
  t.notOk(wentOff(plug, from));
  await plug.ask('house.switch.set(False, "w")');
  await plug.advance(60_000);
  t.match(await plug.board.event('installed', 60_000), { release });
  t.equal(await plug.ask('house.waiting'), '');
});

t.test("at the owner's hour it is installed though the relay is on, which does not flip", async (t) => {
  const { plug, publish } = await home(t, { hour: 7, tz: 'CET-1' });
  await plug.ask('house.switch.set(True, "w")');
  const from = plug.board.events.length;
  const release = await publish();
  await plug.advance(9 * HOUR + 55 * 60_000);
  t.equal(events(plug, 'reset'), 0, '05:55 UTC: it waits');
  await plug.advance(15 * 60_000);
  t.match(await plug.board.event('installed', 60_000), { release });
  t.equal(plug.relay(), true);
  t.notOk(wentOff(plug, from));
});

t.test('S1.22 update now: at once, with the relay as it is', async (t) => {
  const { plug, publish } = await home(t);
  await updateNow(t, plug, await publish(), () => plug.ask('house.update_now()'));
});

t.test('S1.22 the page says that an update waits, and its button installs it at once', async (t) => {
  const { plug, publish } = await home(t, {}, NIGHT);
  await plug.ask('house.switch.set(True, "w")');
  const release = await publish();
  await plug.advance(3.1 * HOUR);
  t.equal(events(plug, 'reset'), 0);
  t.equal(await plug.ask('house.waiting'), String(release));
  t.strictSame(await told(plug), { waiting: true, page: true });
  await updateNow(t, plug, release, async () => t.equal((await plug.post('/update')).status, 303));
  t.strictSame(await told(plug), { waiting: false, page: false });
});

async function updateNow(t: Test, plug: Plug, release: number, order: () => Promise<unknown>): Promise<void> {
  await plug.ask('house.switch.set(True, "w")');
  const from = plug.board.events.length;
  await order();
  await plug.advance(10_000);
  t.match(await plug.board.event('installed', 60_000), { release });
  await plug.advance(5000);
  t.equal(plug.relay(), true);
  t.notOk(wentOff(plug, from));
}
