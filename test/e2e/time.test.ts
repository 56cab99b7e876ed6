/** The time without the Internet: an enrolled board believes the update server's proved answer. */
import t from 'tap';
import { Plug } from '../plug/plug-fixture.js';
import { minuteOf } from '../plug/wall-clock.js';
import { World } from './world.js';

const NO_TIME_SERVER = { hosts: { 'pool.ntp.org': '' } };

t.test('S1.76 the answer of the update server, with its MAC, sets the clock', async (t) => {
  const world = await World.make(t, { plug: true });
  await world.publish();
  const board = await world.board(t, {}, NO_TIME_SERVER);
  const plug = Plug.on(board);
  await plug.up();
  await plug.until(async () => (await plug.ask('house.minute()')) !== null, 'the time');
  const now = minuteOf(new Date().toISOString());
  t.ok(Math.abs(Number(await plug.ask('house.minute()')) - now) < 2);
  await board.cut();

  await board.lay('data/enrol', `c0ffee ${'00'.repeat(32)}\n`);
  await plug.up();
  t.equal(await plug.ask('house.minute()'), null, 'a time that nobody has proved is none');
});
