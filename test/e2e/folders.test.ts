/** Files and folders that stand where they are not expected. Files that become folders: test/power/. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { named, type TestBoard, World } from './world.js';

async function scene(t: Parameters<typeof World.make>[0]) {
  const world = await World.make(t, { sources: { 'page.html': 'one', 'lib/a.txt': 'a' } });
  await world.publish();
  return { world, board: await world.board(t) };
}

function folder(board: TestBoard, path: string): Promise<unknown> {
  return mkdir(join(board.options.flash, path), { recursive: true });
}

t.test('a folder in the place of a file is put right, empty or not', async (t) => {
  for (const inside of ['', 'mine/deep/x.txt']) {
    const { world, board } = await scene(t);
    await board.remove('page.html');
    await folder(board, 'page.html');
    if (inside) await board.lay(`page.html/${inside}`, 'mine');
    t.match(named(await board.powerOn(), 'file'), [{ path: 'page.html' }]);
    t.equal((await board.read('page.html')).toString(), 'one');

    await world.write({ 'page.html': 'two' });
    const release = await world.publish();
    t.match(named(await board.powerOn(), 'installed'), [{ release }], 'and the next update works');
    t.match(named(await board.powerOn(), 'head'), [{ release, current: true }]);
  }
});

t.test('folders in the room of updates do not end them', async (t) => {
  const { world, board } = await scene(t);
  await board.lay('update/x/y/z', 'mine');
  await world.write({ 'page.html': 'two' });
  const release = await world.publish();
  t.match(named(await board.powerOn(), 'installed'), [{ release }]);
  await t.rejects(board.read('update/x/y/z'), { code: 'ENOENT' });
});

t.test('a file of nobody in the way of a new folder goes', async (t) => {
  const { world, board } = await scene(t);
  await board.lay('new', 'nobody knows me');
  await world.write({ 'new/deep/a.txt': 'a', 'new/deep/b.txt': 'b' });
  const release = await world.publish();
  t.match(named(await board.powerOn(), 'installed'), [{ release }]);
  t.equal((await board.read('new/deep/b.txt')).toString(), 'b');
  t.match(named(await board.powerOn(), 'head'), [{ release, current: true }]);
});

t.test('a folder that has the name of a hiding source hides nothing', async (t) => {
  const { board } = await scene(t);
  await folder(board, 'net.py');
  t.match(named(await board.powerOn(), 'file'), []);
});
