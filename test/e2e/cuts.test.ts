/** S1.14: the power fails before every single operation on the flash that an update makes. */

import { readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { glob } from './files.js';
import { named, TestBoard, World } from './world.js';

t.test(
  'S1.14 a power cut at any flash operation leaves the old set or the new one, and the next boot has the new',
  async (t) => {
    const world = await World.make(t, {
      sources: { 'gone/x.py': 'x = 1\n', 'lib/b.py': 'x = 2\n', 'one/page.html': 'one', 'two.html': 'two' },
    });
    await world.publish();
    const first = await world.board(t);
    await world.write({
      'gone/x.py': undefined,
      'lib/b.py': 'x = 3\n',
      'one/page.html': undefined,
      'two.html': undefined,
    });
    await rm(join(world.dir, 'device/one'), { recursive: true });
    await world.write({ one: 'a folder becomes a file', 'two.html/page.html': 'a file becomes a folder' });
    const release = await world.publish();
    const start = join(world.dir, 'start');
    await cp(first.options.flash, start, { recursive: true });
    const wanted = await after(start, world, t);
    t.ok(wanted.one && wanted['two.html/page.html'], 'files where folders were, and the other way round');

    let cuts = 0;
    let next = 1;
    const cutAll = async (): Promise<void> => {
      for (let at = next++; at < 200; at = next++) {
        const flash = join(world.dir, `cut${at}`);
        await cp(start, flash, { recursive: true });
        const dying = new TestBoard({ flash, faults: { cutAt: at } });
        const outcome = await dying.boot({ until: 'plug-up', timeout: 30_000 });
        await dying.cut();
        if (outcome !== 'cut') return;
        cuts++;
        const events = await new TestBoard({ flash }).powerOn();
        t.strictSame(contents(flash), wanted, `cut ${at}: the release that runs is whole`);
        t.match(named(events, 'head').at(-1), { release, fresh: true });
        await rm(flash, { recursive: true });
      }
    };
    await Promise.all([cutAll(), cutAll(), cutAll()]);
    t.comment(`${cuts} cut points, 0 broken`);
    t.ok(cuts > 20, `${cuts} cut points`);
  },
);

async function after(start: string, world: World, t: Test) {
  const flash = join(world.dir, 'uncut');
  await cp(start, flash, { recursive: true });
  const board = new TestBoard({ flash });
  t.teardown(() => board.cut());
  t.equal(named(await board.powerOn(), 'installed').length, 1);
  return contents(flash);
}

/** Every file but those of update/, whole. */
function contents(flash: string): Record<string, string> {
  return Object.fromEntries(
    glob(flash).map((path) => [path, readFileSync(join(flash, path)).toString('base64')]),
  );
}
