import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { world } from './world.js';

t.test('littlefs: what is written is there at close, all at once', async (t) => {
  const main = `
f = open('/a', 'w'); f.write('new'); print('written')
import _hw
_hw.sleep_ms(150)
f.close(); print('closed')
`;
  const { board, flash } = world(t, { a: 'old', 'main.py': main });
  const done = board.boot({ until: 'prompt' });
  await board.event('log', 60_000, ({ text }) => text === 'written');
  t.equal(readFileSync(join(flash, 'a'), 'utf8'), 'old');
  await done;
  t.equal(readFileSync(join(flash, 'a'), 'utf8'), 'new');
  t.notOk(readdirSync(flash).some((name) => name.includes('writing')));
});

t.test('a file can be emptied', async (t) => {
  for (const faults of [{}, { worn: ['/a'] }]) {
    const { flash, run } = world(
      t,
      { a: 'old', 'main.py': "open('/a', 'w').close()\nprint('done')\n" },
      { faults },
    );
    t.same(await run(), ['done']);
    t.equal(readFileSync(join(flash, 'a'), 'utf8'), '');
  }
});

const SWAP = `
import os
os.mkdir('/u')
f = open('/u/n', 'wb'); f.write(b'n' * 600); f.write(b'n' * 600); f.close()
os.rename('/u/n', '/live')
os.remove('/gone')
os.rmdir('/u')
print('all')
`;
/** The rename leads from one folder to another: two commits. */
const OPERATIONS = 9;

t.test('a power cut at every operation leaves a state that the program made', async (t) => {
  for (let cutAt = 1; cutAt <= OPERATIONS + 1; cutAt++) {
    const { board, flash } = world(t, { live: 'old', gone: 'x', 'main.py': SWAP }, { faults: { cutAt } });
    const outcome = await board.boot({ until: 'prompt' });
    t.equal(outcome, cutAt <= OPERATIONS ? 'cut' : 'prompt', `operation ${cutAt}`);
    const live = readFileSync(join(flash, 'live'), 'utf8');
    t.equal(live, cutAt <= 6 ? 'old' : 'n'.repeat(1200));
    t.equal(existsSync(join(flash, 'u')), cutAt > 1 && cutAt <= OPERATIONS);
    if (cutAt > 2 && cutAt <= 5)
      t.equal(readFileSync(join(flash, 'u/n'), 'utf8'), '', 'a new file is empty until it is closed');
    t.equal(existsSync(join(flash, 'gone')), cutAt <= 8);
  }
});

t.test('FAT: a cut leaves a torn file, and nothing is renamed onto another', async (t) => {
  const main =
    "import os\ntry: os.rename('/a', '/b')\nexcept OSError as e: print(e.errno)\nf = open('/a', 'wb'); f.write(b'1' * 700); f.write(b'2')\n";
  const { board, flash } = world(
    t,
    { a: 'old', b: 'other', 'main.py': main },
    { fs: 'fat', faults: { cutAt: 2 } },
  );
  t.equal(await board.boot({ until: 'prompt' }), 'cut');
  t.ok(
    board.events.some(({ text }) => text === '17'),
    'EEXIST',
  );
  t.equal(readFileSync(join(flash, 'a'), 'utf8'), '1'.repeat(512));
});

t.test('a full flash says so, in blocks of 4096 bytes', async (t) => {
  const main = `
import os
print(os.statvfs('/')[:5])
f = open('/big', 'wb')
try:
    for i in range(20): f.write(bytes(4096))
except OSError as e: print(e.errno, i)
f.close(); os.remove('/big')
os.mkdir('/d'); open('/d/x', 'w').close()
print(os.statvfs('/')[3])
f = open('/big', 'wb')
try:
    for i in range(20): f.write(bytes(4096))
except OSError as e: print(e.errno, i)
`;
  const { run } = world(t, { 'main.py': main }, { blocks: 10, statvfs: 'littlefs' });
  t.same(
    await run(),
    ['(4096, 4096, 10, 7, 7)', '28 7', '2', '28 4'],
    'a folder counts twice, and there is room',
  );
  const exact = world(t, { 'main.py': main }, { blocks: 10, statvfs: 'exact' });
  t.same(await exact.run(), ['(4096, 4096, 10, 7, 7)', '28 7', '4', '28 4']);
});

t.test('operations and bytes are counted; a worn file reads back wrong', async (t) => {
  const main = "print(open('/a').read())\nwith open('/c', 'w') as f: f.write('12345')\n";
  const { board, run } = world(t, { a: 'abc', 'main.py': main }, { faults: { readBack: ['/a'] } });
  t.same(await run(), ['`bc']);
  t.match(board.counters, { bytesWritten: 5, flashOps: 3, opens: 3 });
});
