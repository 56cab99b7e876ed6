import t from 'tap';
import { POOL } from '../../server/build/minify/pool.js';
import { vm as load, VM_VERSIONS } from '../../simulator/vm.js';
import { world } from './world.js';

const WORK = `
import gc, json
def work():
    d = {('k%d' % i): [i, str(i) * 3, {'a': i}] for i in range(40)}
    assert json.loads(json.dumps(d)) == d
    assert list(x * x for x in range(50))[49] == 2401
    assert sorted([str(i * 7919 % 101) for i in range(60)], key=lambda z: (len(z), z + 'q'))[0] == '0'
    big = 3 ** 500
    assert big % 1000000007 == 855664005 or True
    assert ','.join(str(x) for x in range(80)).split(',')[79] == '79'
    try: raise ValueError('x' * 99)
    except ValueError as e: assert len(e.args[0]) == 99
for i in range(60): work()
`;

for (const vm of VM_VERSIONS) {
  t.test(`${vm}: garbage is collected, the heap is what a board has, the shims come on top`, async (t) => {
    const { board, run } = world(t, { 'main.py': `${WORK}\nprint('done', len(bytearray(10000)))\n` }, { vm });
    t.same(await run(), ['done 10000']);
    const heap = board.events.find(({ event }) => event === 'heap');
    t.ok(Number(heap?.total) > 37_000 && Number(heap?.total) <= 38 * 1024, `total ${heap?.total}`);
    t.ok(Number(heap?.used) < 4000, `used ${heap?.used}`);
    t.notOk(board.events.some(({ grew }) => grew === true));
    const { shimHeap } = await load(vm);
    const over = Number(heap?.shims) * 1.0235 - shimHeap;
    t.ok(
      Math.abs(over) < 256 + 64, // the file object of the last import may not be collected yet
      `simulator/vm.ts says how much the shims take: ${heap?.shims}`,
    );
  });

  t.test(`${vm}: more than the board has is a MemoryError and told`, async (t) => {
    const main =
      'l = []\ntry:\n  while True: l.append(bytearray(1000))\nexcept MemoryError: n = len(l); l = None; print(25 < n < 35)\n';
    const { board, run } = world(t, { 'main.py': main }, { vm });
    t.same(await run(), ['True']);
    t.ok(board.events.some(({ event, grew }) => event === 'heap' && grew === true));
  });
}

const DEPTH = `
def deep(n): return n if n == 0 else deep(n - 1)
def wide(n, a=1, b=2, c=3, d=4):
    e = f = g = h = a + b + c + d
    return n if n == 0 else wide(n - 1, e, f, g, h)
for f in (deep, wide):
    for n in range(1, 120):
        try: f(n)
        except RuntimeError: break
    print(n)
`;

for (const vm of ['1.27', '1.29'] as const) {
  t.test(`${vm}: recursion ends where it ends on a board`, async (t) => {
    const { run } = world(t, { 'main.py': DEPTH }, { vm });
    t.same(await run(), ['26', '26']);
  });
}

t.test('a smaller heap can be asked for', async (t) => {
  const { board, run } = world(
    t,
    { 'main.py': "try: bytearray(14000)\nexcept MemoryError: print('no')\n" },
    { heap: 14 * 1024 },
  );
  t.same(await run(), ['no']);
  t.ok(Number(board.events.find(({ event }) => event === 'heap')?.total) < 14 * 1024);
});

t.test('names that a board has in ROM are no names of the program', async (t) => {
  const used = (names: readonly string[]) => names.map((name) => `x.${name} = 1\n`).join('');
  const body = (names: readonly string[]) => `class x: pass\n${used(names)}`;
  const others = POOL.map((name) => `${name}_other`);
  const main =
    'import micropython\nfor n in "one", "two", "three":\n  micropython.qstr_info()\n  __import__(n)\nmicropython.qstr_info()\n';
  const files = { 'main.py': main, 'one.py': body([]), 'two.py': body(POOL), 'three.py': body(others) };
  const { run } = world(t, files, { heap: 128 * 1024 });
  const counts = (await run()).flatMap((line) => /n_qstr=(\d+)/.exec(line)?.[1] ?? []).map(Number);
  const [before = 0, one = 0, two = 0, three = 0] = counts;
  t.equal(two - one, one - before, 'as many as a module without them');
  t.ok(three - two >= others.length, `${counts}`);
});
