/** The main job on real input: a folder of sources, the real server, the real client on the real VM, in four versions of it. */
import t from 'tap';
import { VM_VERSIONS } from '../../simulator/vm.js';
import { named, TINY_MAIN, World } from './world.js';

for (const vm of VM_VERSIONS) {
  t.test(
    `S1.11 only what changed travels, and an unchanged board is left alone (MicroPython ${vm})`,
    async (t) => {
      const world = await World.make(t, {
        sources: { 'lib/a.py': 'x = 1\n', 'lib/b.py': 'x = 2\n', 'page.html': '<p>1' },
      });
      const first = await world.publish();
      const board = await world.board(t, {}, { vm });

      const unchanged = await board.powerOn();
      t.match(named(unchanged, 'head'), [{ release: first, current: true, fresh: true }]);
      t.strictSame(named(unchanged, 'file'), []);

      await world.write({ 'lib/b.py': 'x = 3\n' });
      const second = await world.publish();
      const updated = await board.powerOn();
      t.match(named(updated, 'head'), [{ release: second, current: false, fresh: true }]);
      t.match(named(updated, 'file'), [{ path: 'lib/b.mpy' }]);
      t.match(named(updated, 'installed'), [{ release: second }]);

      t.match(named(await board.powerOn(), 'head'), [{ release: second, current: true }]);
      const facts = { files: 11, current: 10, sent: 1, from: first, to: second };
      t.match(await world.visited(3), [
        { msg: 'device current', sent: 0 },
        { msg: 'device fetched', ...facts, of: 1 },
        { msg: 'device updated', ...facts },
      ]);
    },
  );
}

/** One release after the other, and how often the board resets for it. */
const RESETS: readonly [sources: Record<string, string>, resets: number, why: string][] = [
  [{ 'other.py': 'x = 1\n' }, 1, 'new code may hide a module of the firmware'],
  [{ 'other.py': 'x = 2\n', 'page.html': 'page' }, 0, 'code that nobody has loaded, and data'],
  [{ 'ota/extra.py': 'x = 1\n' }, 1, 'the client: its release is confirmed by itself alone'],
  [
    {
      'lib/helper.py': 'x = 1\n',
      'main.py': `import sys\nsys.path.append("lib")\nimport helper\nprint(helper.x)\n${TINY_MAIN}`,
    },
    1,
    'new',
  ],
  [{ 'lib/helper.py': 'x = 2\n' }, 1, 'loaded as helper, whatever its path'],
];

t.test('decision 8: a change of loaded code resets once, any other does not', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const board = await world.board(t);
  for (const [sources, resets, why] of RESETS) {
    await world.write(sources);
    await world.publish();
    const events = await board.powerOn();
    t.equal(named(events, 'installed').length, 1, why);
    t.equal(named(events, 'reset').length, resets, why);
  }
  await world.write({ 'main.py': `${await readSource(world, 'main.py')}new = 1\n` });
  await world.publish();
  const events = await board.powerOn();
  t.equal(named(events, 'reset').length, 1, 'main.py');
  t.match(named(events, 'head'), [{ current: false }, { current: true }]);
});

t.test(
  'S1.15 a source that is gone goes, with its empty folder; twins go; data/ stays as it is',
  async (t) => {
    const world = await World.make(t, { sources: { 'lib/a.py': 'x = 1\n', 'b.py': 'x = 2\n' } });
    await world.publish();
    const board = await world.board(t);
    await board.lay('data/mine.json', '{"a": 1}');
    await board.lay('own.txt', 'mine');
    await board.lay('b.py', 'x = "shadow"\n');
    const before = { wifi: await board.read('data/wifi.json'), anchors: await board.read('data/anchors') };
    await world.write({ 'lib/a.py': undefined });
    await world.publish();

    t.match(named(await board.powerOn(), 'installed'), [{ release: Number }]);
    await t.rejects(board.read('lib/a.mpy'), { code: 'ENOENT' });
    await t.rejects(board.read('lib'), { code: 'ENOENT' }, 'a folder takes two blocks');
    await t.rejects(board.read('b.py'), { code: 'ENOENT' }, 'it would be loaded in place of b.mpy');
    t.equal((await board.read('own.txt')).toString(), 'mine');
    t.equal((await board.read('data/mine.json')).toString(), '{"a": 1}');
    t.strictSame(
      { wifi: await board.read('data/wifi.json'), anchors: await board.read('data/anchors') },
      before,
    );
  },
);

t.test('S1.16 empty files, and files of N times the buffer', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const board = await world.board(t);
  const sizes = [0, 1, 511, 512, 1024, 1151, 1152, 1153, 2304, 4096, 8192];
  const files = sizes.map((size) => [`f${size}.bin`, Buffer.alloc(size, size & 255)] as const);
  await world.write(Object.fromEntries(files));
  await world.publish();
  t.match(named(await board.powerOn(), 'installed'), [{ release: Number }]);
  for (const [path, bytes] of files) t.strictSame(await board.read(path), bytes, path);
});

t.test('what was edited, truncated or deleted on the board is put right at the next boot', async (t) => {
  const world = await World.make(t, {
    sources: { 'lib/a.py': 'x = "abcdef"\n', 'page.html': '<p>hello' },
    project: {},
  });
  const release = await world.publish();
  const board = await world.board(t);
  const damages: [string, (path: string) => Promise<void>][] = [
    ['lib/a.mpy', async (path) => board.lay(path, flip(await board.read(path)))],
    ['lib/a.mpy', async (path) => board.lay(path, '')],
    ['page.html', async (path) => board.remove(path)],
    ['main.py', async (path) => board.lay(path, 'raise SystemExit\n')],
    ['main.py', async (path) => board.remove(path)],
    ['ota/client.mpy', async (path) => board.lay(path, flip(await board.read(path)))],
    ['ota/__init__.mpy', async (path) => board.remove(path)],
    ['net.mpy', async (path) => board.lay(path, '')],
    ['data/manifest', async (path) => board.lay(path, (await board.read(path)).subarray(0, 100))],
    ['data/manifest', async (path) => board.remove(path)],
    ['data/head', async (path) => board.lay(path, flip(await board.read(path)))],
    ['data/head', async (path) => board.remove(path)],
  ];
  for (const [path, damage] of damages) {
    const right = await board.read(path);
    await damage(path);
    const events = await board.powerOn();
    t.strictSame(await board.read(path), right, `${damage.toString().replace(/\s+/g, ' ')} of ${path}`);
    t.match(named(await board.powerOn(), 'head'), [{ release, current: true }]);
    t.equal(named(events, 'installed').length, 1);
  }
});

function flip(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]);
}

async function readSource(world: World, path: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(`${world.dir}/device/${path}`, 'utf8');
}
