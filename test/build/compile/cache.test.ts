import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { cacheKey, openCache } from '../../../server/build/compile/cache.js';
import { build, compiler } from './building.js';

t.teardown(() => compiler.close());

async function entries(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
}

t.test('keys differ with every part and with the source', async (t) => {
  const keys = [
    cacheKey(['a', 'b'], Buffer.from('c')),
    cacheKey(['ab'], Buffer.from('c')),
    cacheKey(['a'], Buffer.from('bc')),
    cacheKey(['a', 'b'], Buffer.from('d')),
  ];
  t.equal(new Set(keys).size, keys.length);
});

t.test('a value comes back; an unknown one does not; no draft stays', async (t) => {
  const folder = t.testdir();
  const cache = openCache(folder);
  const key = cacheKey(['x'], Buffer.alloc(0));
  t.equal(cache.get(key), undefined);
  cache.put(key, Buffer.from('one'));
  cache.put(key, Buffer.from('one'));
  t.equal(cache.get(key)?.toString(), 'one');
  t.equal((await entries(folder)).length, 1);
});

t.test('a cache that cannot be written is no error', async (t) => {
  const folder = t.testdir({ file: '' });
  const cache = openCache(join(folder, 'file'));
  t.doesNotThrow(() => cache.put(cacheKey([], Buffer.alloc(0)), Buffer.from('x')));
});

for (const [how, damage] of [
  ['changed', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([0xee])])],
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 3)],
  ['emptied', () => Buffer.alloc(0)],
] as const) {
  t.test(`a remembered file that was ${how} is compiled again, not served`, async (t) => {
    const folder = t.testdir({ device: { 'x.py': 'x = 1\n' } });
    const good = await build(folder);
    for (const path of await entries(join(folder, 'cache')))
      await writeFile(path, damage(await readFile(path)));
    const again = await build(folder);
    t.match(again, { compiled: 2, remembered: 0 });
    t.strictSame(again.sets, good.sets);
    t.match(await build(folder), { compiled: 0, remembered: 2 });
  });
}
