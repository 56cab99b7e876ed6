/** A house whose server is gone: what is confirmed there has never shown that it can ask. The program starts at each boot all the same. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { named, World } from './world.js';

const DRIVEN = { clock: 'driven', quiet: 20 } as const;
const BOOTS = 4;

t.test(
  'nobody was heard since the release came: the rescue client asks first, until somebody is',
  async (t) => {
    const world = await World.make(t, { sources: { 'lib/b.py': 'x = 1\n' } });
    await world.publish();
    const board = await world.board(t, { wait: 2 }, DRIVEN);
    const isOn = (state: string): boolean => existsSync(join(board.options.flash, 'update', state));
    const asksFirst = async (): Promise<boolean> =>
      named(await board.powerOn(), 'log').some(({ text }) => text === 'guard: ask');
    await board.powerOn();
    await world.write({ 'ota/client.py': `${await world.source('ota/client.py')}_new = 1\n` });
    await world.publish();
    const { port } = world;
    const stop = board.on(({ event }) => event === 'installed' && void world.stop());
    await board.powerOn();
    stop();
    t.notOk(isOn('trial'), 'the program has confirmed it');
    for (let boot = 0; boot < BOOTS; boot++) {
      t.ok(isOn('f2'), 'but nobody has heard its client');
      t.ok(await asksFirst(), 'so the other one asks, and the program is up');
    }
    await world.write({ 'lib/b.py': 'x = 2\n' });
    const release = await world.publish({ port });
    t.match(named(await board.powerOn(), 'installed'), [{ release }], 'as soon as the server is back');
    await board.powerOn();
    t.notOk(isOn('f2'));
    t.notOk(await asksFirst(), 'and then it need not any more');
  },
);
