/** A nearly full flash: an update that does not fit is refused before its commit, and one that was committed is never given up. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { compileSet } from '../../bench/lab/compiled.js';
import { blocksForUpdate } from '../../server/release/flash-room.js';
import { glob } from './files.js';
import { named, refusal, TestBoard, World } from './world.js';

/** Blocks that a flash with these files takes, as littlefs counts. */
function used(flash: string): number {
  const entries = readdirSync(flash, { recursive: true, withFileTypes: true });
  const blocks = entries.map((entry) =>
    entry.isFile() ? Math.max(1, Math.ceil(statSync(join(entry.parentPath, entry.name)).size / 4096)) : 2,
  );
  return blocks.reduce((sum, n) => sum + n, 2);
}

/** All but the words of the last refusal. */
function contents(flash: string): Record<string, string> {
  const paths = glob(flash).filter((path) => path !== 'data/error');
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(flash, path)).toString('hex')]));
}

t.test(
  'S1.14 new folders count: the set is the old one or the new one, however full the flash is',
  async (t) => {
    const world = await World.make(t);
    await world.publish();
    const { flash } = (await world.board(t)).options;
    const old = contents(flash);
    const before = used(flash);
    await world.write(Object.fromEntries([...'abcdef'].map((name) => [`${name}/x.txt`, 'x'])));
    await world.write({ 'main.py': `${readFileSync(join(world.dir, 'device/main.py'), 'utf8')}new = 1\n` });
    await world.publish();
    const counts = { refused: 0, installed: 0 };
    for (const free of [8, 18, 24, 26, 28, 30, 32, 34]) {
      const copy = `${flash}-${free}`;
      await cp(flash, copy, { recursive: true });
      const events = await new TestBoard({ flash: copy, blocks: before + free }).powerOn();
      t.notOk(existsSync(join(copy, 'update/commit')), `${free} free blocks: nothing is left half way`);
      const code = refusal(events)?.code;
      if (code === undefined) counts.installed++;
      else {
        counts.refused++;
        t.match(refusal(events), { code: 'set_too_big' });
        t.strictSame(contents(copy), old, `${free} free blocks: the old set is whole`);
      }
      const last = await new TestBoard({ flash: copy }).powerOn();
      t.match(named(last, 'head')[0], { current: code === undefined });
      t.equal(
        readFileSync(join(copy, 'f/x.txt'), 'utf8'),
        'x',
        `${free} free blocks: with room it has the new set`,
      );
    }
    t.ok(counts.refused > 2 && counts.installed > 1, JSON.stringify(counts));
  },
);

t.test('S1.14 a committed update that finds no room is undone, and the next one goes', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const board = await world.board(t);
  const { flash } = board.options;
  const hash = createHash('sha256').update('x').digest('base64').slice(0, 43);
  await board.lay('update/journal', `soft-ota 2 trial\n+5 deep/er/x.txt ${hash} - 2\n`);
  await board.lay('update/n5', 'x');
  await board.lay('update/commit', '');
  await world.write({ 'new.txt': 'x' });
  const release = await world.publish();

  const stuck = new TestBoard({ flash, blocks: used(flash) + 1 });
  t.equal(named(await stuck.powerOn(), 'plug-up').length, 1, 'the old set runs');
  t.notOk(existsSync(join(flash, 'update/commit')), 'the update is over');
  t.notOk(existsSync(join(flash, 'deep')), 'and nothing is left of it');
  t.match(named(await board.powerOn(), 'installed'), [{ release }], 'with room the next update goes');
});

t.test(
  'the whole plug in one release: it fits beside the old one, and is up with the memory of a plug',
  async (t) => {
    const world = await World.make(t, { plug: true });
    await world.publish();
    const { device } = world.folders;
    const guard = ['boot.py', 'rescue/guard.py'].map((path) => ({
      path,
      bytes: readFileSync(join(device, path)),
    }));
    const blocks = blocksForUpdate(guard, await compileSet());
    t.ok(blocks <= 99, `${blocks} blocks, as build counts: no more than the smallest board has`);
    const board = await world.board(t, {}, { blocks });
    for (const path of glob(device).filter((path) => /^(?!boot|rescue).*\.py$/.test(path)))
      await world.write({ [path]: `${await readFile(join(device, path), 'utf8')}\nVERSION = 2\n` });
    const release = await world.publish();
    const events = await board.powerOn();
    t.match(named(events, 'installed'), [{ release }]);
    t.equal(named(events, 'reset').length, 1);
    t.match(named(events, 'head').at(-1), { release, current: true });
    t.strictSame(named(events, 'refused'), [], 'nobody was short of memory');
  },
);
