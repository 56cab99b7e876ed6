/** Bad releases, real ones: each is undone within two boots, byte for byte, and its last words are kept. The board's clock is driven. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { contentsOf, set, wasRolledBack } from './rollback.js';
import { named, type TestBoard, TINY_MAIN, World } from './world.js';

const DRIVEN = { clock: 'driven' } as const;

interface Bad {
  readonly world: World;
  readonly board: TestBoard;
  readonly old: Record<string, string>;
  readonly release: number;
}

/** A board with a good set, and a server with a bad release that goes away once it is installed. */
async function offered(t: Test, main: string, sources: Record<string, string> = {}): Promise<Bad> {
  const world = await World.make(t, { sources });
  await world.publish();
  const board = await world.board(t, {}, DRIVEN);
  await board.powerOn();
  const old = set(board);
  await world.write({ 'main.py': main });
  const release = await world.publish();
  return { world, board, old, release };
}

async function isUndone(t: Test, { board, old, release }: Bad, words: RegExp | undefined): Promise<void> {
  const events = await board.powerOn();
  t.match(named(events, 'installed')[0], { release });
  wasRolledBack(t, board, old, release);
  if (words === undefined) t.notOk(existsSync(`${board.options.flash}/data/error`));
  else {
    const error = await board.read('data/error');
    t.match(error.toString(), words, 'with its last words');
    t.ok(error.length <= 200);
  }
}

/** Up, but never confirmed. */
const SLOW = `import os
from time import sleep
import ota

ota.run()
import socket

s = socket.socket()
s.bind(("0.0.0.0", 80))
s.listen(1)
sleep(40)
print("40 s,", max(n for n in os.listdir("update") if n[0] == "f"))
sleep(1000)
`;
const LATER = TINY_MAIN.replace(
  'import ota\n',
  'import ota\nimport os\n\nif "crash" in os.listdir():\n    raise ValueError("later")\n',
);
const SULKING = TINY_MAIN.replace(
  'import ota\n',
  'import ota\nimport os\n\nif "sulk" in os.listdir():\n    raise ValueError("sulk")\n',
);

const BAD: readonly [name: string, main: string, words: RegExp | undefined][] = [
  ['an exception', 'raise ValueError("boom")\n', /ValueError: boom/],
  ['an import error', 'import nowhere\n\nnowhere.run()\n', /ImportError: no module named 'nowhere'/],
  ['memory that is not there', 'x = [bytearray(9000) for _ in range(9)]\n', /MemoryError/],
  ['a hang', 'from time import sleep\nwhile True:\n    sleep(1)\n', /not confirmed within 5 min/],
  ['a reset loop', 'import machine\n\nmachine.reset()\n', undefined],
];

for (const [name, main, words] of BAD) {
  t.test(`S1.21 ${name}: the release is undone within two boots`, async (t) => {
    const bad = await offered(t, main);
    bad.board.on(({ event }) => event === 'installed' && void bad.world.stop());
    await isUndone(t, bad, words);
  });
}

t.test('three quick power cuts by a person undo nothing', async (t) => {
  const { board, release } = await offered(t, SLOW);
  for (let cut = 0; cut < 4; cut++) {
    await board.boot({ until: 'plug-up' });
    await board.cut();
    t.ok(existsSync(join(board.options.flash, 'update/trial')), 'on trial');
  }
  t.notOk(existsSync(join(board.options.flash, 'update/f1')));
  t.match((await board.read('data/head')).toString('latin1'), `release ${release}\n`);
});

t.test('two trials that were cut off after half a minute are two failures', async (t) => {
  const { world, board, old } = await offered(t, SLOW);
  for (const failures of ['f1', 'f2']) {
    await board.boot({ until: 'plug-up' });
    await board.event('log', 60_000, ({ text }) => text === `40 s, ${failures}`);
    await board.cut();
  }
  await world.stop();
  await board.boot({ until: 'plug-up' });
  await board.cut();
  t.strictSame(set(board), old);
});

t.test('a confirmed release that crashes a week later is not undone', async (t) => {
  const world = await World.make(t, { sources: { 'main.py': LATER } });
  const release = await world.publish();
  const board = await world.board(t, {}, DRIVEN);
  await board.powerOn();
  for (let crash = 0; crash < 3; crash++) {
    await board.lay('crash', '');
    await board.boot({ until: 'prompt' });
    await board.reset();
  }
  await board.cut();
  t.match((await board.read('data/head')).toString('latin1'), `release ${release}\n`);
  t.notOk(existsSync(join(board.options.flash, 'data/bad')));
});

t.test('settings that a bad release has rewritten are put back', async (t) => {
  const rewriting = 'with open("data/plug.json", "w") as f:\n    f.write("{}")\nraise ValueError("boom")\n';
  const bad = await offered(t, rewriting);
  const mine = '{"name": "lamp"}';
  await bad.board.lay('data/plug.json', mine);
  bad.board.on(({ event }) => event === 'installed' && void bad.world.stop());
  await isUndone(t, bad, /boom/);
  t.equal((await bad.board.read('data/plug.json')).toString(), mine);
});

t.test(
  'safe mode: the set before fails as well, so the rescue client asks, and takes what was mended',
  async (t) => {
    const { world, board } = await offered(t, 'raise ValueError("boom")\n', { 'main.py': SULKING });
    const { port } = world;
    let installed = 0;
    board.on(({ event }) => {
      if (event !== 'installed' || installed++ > 0) return;
      void world.stop();
      void board.lay('sulk', ''); // from now on the old set does not come up either
    });
    const up = board.boot({ until: 'plug-up' });
    await board.event('log', 60_000, ({ text }) => String(text).startsWith('guard: ask'));
    t.match(contentsOf(board, 'data/bad'), 'release');
    await world.write({ 'main.py': TINY_MAIN });
    const release = await world.publish({ port });
    t.equal(await up, 'plug-up');
    await board.cut();
    t.match(contentsOf(board, 'data/head'), `release ${release}\n`);
  },
);
