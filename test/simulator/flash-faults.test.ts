/** What the flash is made to suffer in tests, and what it tells. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { FlashChange } from '../../simulator/messages.js';
import { world } from './world.js';

const ONCE = `
import machine, os
f = open('/a', 'w'); f.write('x'); f.close()
if 'b' not in os.listdir('/'):
    os.mkdir('/b')
    machine.reset()
os.rename('/a', '/c')
os.remove('/c')
`;

t.test('operations are counted from power-on, over resets', async (t) => {
  for (const [cutAt, left] of [
    [4, 'a main.py'],
    [7, 'a b main.py'],
    [8, 'b c main.py'],
  ] as const) {
    const { board, flash } = world(t, { 'main.py': ONCE }, { faults: { cutAt } });
    t.equal(await board.boot({ until: 'prompt' }), 'cut');
    t.equal(readdirSync(flash).sort().join(' '), left);
  }
});

t.test('each change is told, with its number', async (t) => {
  const { board } = world(t, { 'main.py': ONCE });
  const changes: FlashChange[] = [];
  board.onFlash = (change) => changes.push(change);
  await board.boot({ until: 'prompt' });
  t.match(changes, [
    { op: 1, path: 'a', bytes: new Uint8Array(0) },
    { op: 3, path: 'a', bytes: Buffer.from('x') },
    { op: 4, path: 'b', folder: true },
    { op: 6, path: 'a', bytes: Buffer.from('x') },
    { op: 7, path: 'a', to: 'c' },
    { op: 8, path: 'c' },
  ]);
});

t.test('a flash that is full from an operation on, and one that is worn', async (t) => {
  const main = `
try:
    for name in 'abc':
        with open('/' + name, 'w') as f: f.write('x')
except OSError as e: print(e.errno, name)
`;
  const full = world(t, { 'main.py': main }, { faults: { fullAt: 4 } });
  t.same(await full.run(), ['28 b']);
  const worn = world(t, { 'main.py': `${main}print(open('/b').read())` }, { faults: { worn: ['/b'] } });
  t.same(await worn.run(), ['y']);
  t.equal(readFileSync(join(worn.flash, 'b'), 'utf8'), 'y');
  t.equal(readFileSync(join(worn.flash, 'c'), 'utf8'), 'x');
});
