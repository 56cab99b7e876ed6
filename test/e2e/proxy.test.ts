/** A real board behind a proxy with nginx's defaults: what the server says of it is what the board proves. */
import { rm } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { openProxy } from '../proxy.js';
import { named, refusal, World } from './world.js';

async function scene(t: Test) {
  const world = await World.make(t, { sources: { 'a.py': 'x = 1\n', 'b.py': 'x = 1\n' } });
  const first = await world.publish();
  const proxy = await openProxy(t, () => world.port);
  const board = await world.board(t, { server: `http://127.0.0.1:${proxy.port}` });
  return { world, board, first };
}

t.test('an update over a connection for each request is one visit, and proven by the next', async (t) => {
  const { world, board, first } = await scene(t);
  await board.powerOn();
  await world.write({ 'a.py': 'x = 2\n', 'b.py': 'x = 2\n' });
  const second = await world.publish();
  t.match(named(await board.powerOn(), 'installed'), [{ release: second }]);
  const facts = { from: first, to: second, sent: 2, proven: true };
  t.match(await world.visited(2), [
    { msg: 'device current' },
    { msg: 'device fetched', ...facts, of: 2, reason: /waiting for it to say that it runs/ },
  ]);
  await board.powerOn();
  t.match((await world.visited(3)).slice(2), [{ msg: 'device updated', ...facts }]);
  t.equal(world.visits().length, 3, 'and nothing else');
});

t.test(
  'numbers of two origins: board and server name both, and what the server prints is the way out',
  async (t) => {
    const { world, board, first } = await scene(t);
    await world.write({ 'a.py': 'x = 3\n' });
    const high = first + 100_000;
    await world.stop();
    await world.build(high);
    await world.publish();
    t.match(named(await board.powerOn(), 'installed'), [{ release: high }]);
    await world.stop();
    await rm(world.folders.bdist, { recursive: true });
    const low = await world.publish();
    t.match(refusal(await board.powerOn()), { code: 'rollback', theirs: String(low), ours: String(high) });
    await world.stop();
    const [line] = world.visits().filter(({ code }) => code === 'rollback');
    t.match(line, { msg: 'device refused', from: high, to: low, level: 40 });
    const typed = /npm run downgrade -- --to (\d+) --from (\d+)/.exec(String(line?.reason)) ?? [];
    await world.build(Number(typed[1]), Number(typed[2]));
    t.equal(await world.publish(), low);
    t.match(named(await board.powerOn(), 'installed'), [{ release: low }]);
    t.match(named(await board.powerOn(), 'head'), [{ release: low, current: true }]);
    t.ok(await world.heard('device updated', `"to":${low}`));
  },
);
