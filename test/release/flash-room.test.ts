import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { compileSet } from '../../bench/lab/compiled.js';
import { blocksForUpdate } from '../../server/release/flash-room.js';

const file = (path: string, size: number) => ({ path, bytes: Buffer.alloc(size) });

t.test('each thing that an update needs is counted', async (t) => {
  const least = blocksForUpdate([], [file('main.py', 1)]);
  const more = (...files: [string, number][]) =>
    blocksForUpdate([], [file('main.py', 1), ...files.map(([path, size]) => file(path, size))]) - least;
  t.equal(least, 1 + 1 + 1 + 5 * 2 + 6 + 6, 'old, new, a copy, five folders, data/, what stays free');
  t.equal(more(['x', 0]), 2, 'an empty file takes a block, in both sets');
  t.equal(more(['x', 4096]), 2);
  t.equal(more(['x', 4097]), 5, 'the copy is of the largest file');
  t.equal(more(['a/x', 1]), 4, 'a folder takes two');
  t.equal(more(['a/b/x', 1], ['a/y', 1]), 8);
  t.equal(more(['ota/x.mpy', 1]), 5, 'the client lies in rescue/ as well');
  t.equal(blocksForUpdate([file('boot.py', 1)], [file('main.py', 1)]) - least, 1);
});

t.test('S1.14 the plug of this package leaves room for its successor on a board of 99 blocks', async (t) => {
  const root = new URL('../../../', import.meta.url).pathname;
  const guard = ['boot.py', 'rescue/guard.py'].map((path) => ({
    path,
    bytes: readFileSync(join(root, 'device', path)),
  }));
  const need = blocksForUpdate(guard, await compileSet());
  t.ok(need <= 99, `${need} blocks`);
});
