/** What a board's flash takes of its heap, and the simulator's has to take as well. */
import t from 'tap';
import { VM_VERSIONS } from '../../simulator/vm.js';
import { world } from './world.js';

const MAIN = `
import gc, socket
def took(make):
    gc.collect(); before = gc.mem_alloc()
    kept = [make() for _ in range(4)]
    gc.collect(); n = gc.mem_alloc() - before
    return n // 4
def module():
    f = open('m.py'); f.close()
    return f
print(took(lambda: open('main.py')), took(lambda: open('new', 'w')), took(module), took(lambda: socket.socket()))
gc.collect(); before = gc.mem_alloc()
for i in range(200): open('main.py').read(1)
gc.collect(); print(gc.mem_alloc() - before < 64)
`;

for (const vm of VM_VERSIONS) {
  t.test(
    `${vm}: an open file takes a quarter of a kilobyte until it is collected, a socket does not`,
    async (t) => {
      const { board, run } = world(t, { 'main.py': MAIN, 'm.py': '' }, { vm, flashHeap: true });
      const [sizes = '', collected] = await run();
      const [read = 0, write = 0, closed = 0, socket = 0] = sizes.split(' ').map(Number);
      for (const size of [read, write, closed]) t.ok(size >= 256 && size < 320, sizes);
      t.ok(socket < 200, sizes);
      t.equal(collected, 'True');
      await board.cut();
    },
  );
}

t.test('the mounted flash takes 1.65 KB before the program begins', async (t) => {
  const { board, run } = world(t, { 'main.py': 'pass\n' }, { flashHeap: true });
  await run();
  const heap = board.events.find(({ event }) => event === 'heap');
  t.ok(Number(heap?.used) > 1690 && Number(heap?.used) < 2600, `used ${heap?.used}`);
  t.ok(Number(heap?.total) > 37_000, 'and is part of the 38 KB');
});
