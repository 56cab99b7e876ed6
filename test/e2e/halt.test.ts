/** A bad release meets real boards and the real server: it is undone, reported, and held back from the boards that do not have it. */
import t from 'tap';
import { named, refusal, TINY_MAIN, World } from './world.js';

const DRIVEN = { clock: 'driven' } as const;

t.test(
  'S1.21 S1.19 two boards undo a release and prove it: the third is spared it, until it is resumed',
  async (t) => {
    const world = await World.make(t);
    const good = await world.publish();
    const boards = [];
    for (let i = 0; i < 3; i += 1) boards.push(await world.board(t, { id: `${i}`.repeat(8) }, DRIVEN));
    const [first, second, third] = boards;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three boards');
    await world.write({ 'main.py': 'raise ValueError("boom")\n' });
    const bad = await world.publish();
    for (const board of [first, second]) {
      const events = await board.powerOn();
      t.match(named(events, 'installed'), [{ release: bad }]);
      t.match(String(refusal(events)?.msg), /release_bad/, 'the server knows by now');
    }
    const said = world.log.filter(({ msg }) => msg === 'device undid release');
    t.match(said, [
      { device: '00000000', release: bad, proven: true, error: /ValueError: boom/ },
      { device: '11111111', release: bad, proven: true, error: /ValueError: boom/ },
    ]);
    t.match(
      world.log.filter(({ msg }) => msg === 'release halted'),
      [{ release: bad, failed: 2, confirmed: 0 }],
    );
    await world.publish();
    t.match(
      String(refusal(await third.powerOn())?.msg),
      /release_halted/,
      'also after a restart of the server',
    );
    const status = await fetch(`${world.url}/status.json`);
    const { devices } = (await status.json()) as { devices: { id: string }[] };
    t.match(
      devices.find(({ id }) => id === '22222222'),
      { proven: true, have: good },
    );
    const resumed = await fetch(`${world.url}/resume?release=${bad}`, { method: 'POST' });
    t.same(await resumed.json(), { release: bad, resumed: true });
    await world.write({ 'main.py': TINY_MAIN });
    const better = await world.publish();
    t.match(named(await first.powerOn(), 'installed'), [{ release: better }], 'a new release starts clean');
  },
);

t.test('S1.19 --enrolled-only: a provisioned board updates, with every request proven', async (t) => {
  const world = await World.make(t, { sources: { 'lib/b.py': 'x = 1\n' } });
  await world.publish({ enrolledOnly: true });
  const board = await world.board(t);
  t.match(named(await board.powerOn(), 'head'), [{ current: true, fresh: true }]);
  await world.write({ 'lib/b.py': 'x = 2\n' });
  const release = await world.publish({ enrolledOnly: true });
  t.match(named(await board.powerOn(), 'installed'), [{ release }]);
  t.notOk(world.log.some(({ msg }) => msg === 'request turned away'));
  const stranger = await world.board(t);
  await stranger.remove('data/enrol');
  await world.write({ 'lib/b.py': 'x = 3\n' });
  await world.publish({ enrolledOnly: true });
  t.match(String(refusal(await stranger.powerOn())?.msg), /not_enrolled/);
  t.match(
    world.log.find(({ msg }) => msg === 'request turned away'),
    { code: 'not_enrolled' },
  );
});
