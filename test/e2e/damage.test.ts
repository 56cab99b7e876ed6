/** What stands in data/ is damaged: the board says so at most, asks all the same, and heals what can be healed. */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { staticHost } from './static-host.js';
import { named, refusal, type TestBoard, World } from './world.js';

type Damage = (bytes: string) => string;

/** Latin-1 in and out, so that signatures stay as they are. */
async function damage(board: TestBoard, path: string, change: Damage): Promise<Buffer> {
  const right = await board.read(path);
  await board.lay(path, Buffer.from(change(right.toString('latin1')), 'latin1'));
  return right;
}

const otherDigit: Damage = (head) =>
  head.replace(/manifest (\d+) (.)/, (_, n, c) => `manifest ${n} ${c === 'A' ? 'B' : 'A'}`);
const HEADS: [name: string, Damage][] = [
  ['empty', () => ''],
  ['truncated in a line', (head) => head.slice(0, 20)],
  ['truncated behind a line', (head) => head.slice(0, head.indexOf('epoch'))],
  ['without its signature', (head) => head.slice(0, head.indexOf('\n\n') + 2)],
  ['a higher release', (head) => head.replace(/release 1/, 'release 9')],
  ['a release that is none', (head) => head.replace(/release 1/, 'release x')],
  ['another manifest', otherDigit],
  ['no text', (head) => `\xff\xfe${head.slice(2)}`],
];

t.test('a damaged head is as good as none: repaired by the same release, replaced by the next', async (t) => {
  const world = await World.make(t, { sources: { 'gone.txt': 'x' } });
  const same = await world.publish();
  const boards = await Promise.all(HEADS.map(() => world.board(t)));
  for (const [i, board] of boards.entries()) {
    const [name = '', change = otherDigit] = HEADS[i] ?? [];
    const right = await damage(board, 'data/head', change);
    await board.powerOn();
    t.strictSame(await board.read('data/head'), right, name);
    t.match(named(await board.powerOn(), 'head'), [{ release: same, current: true }], name);
    await damage(board, 'data/head', change);
  }
  await world.write({ 'gone.txt': undefined, 'new.txt': 'x' });
  const next = await world.publish();
  for (const [i, board] of boards.entries()) {
    t.match(named(await board.powerOn(), 'installed'), [{ release: next }], HEADS[i]?.[0] ?? '');
    t.equal((await board.read('new.txt')).toString(), 'x');
  }
});

t.test('S1.19 a whole head still refuses an older release and another one of its number', async (t) => {
  const world = await World.make(t);
  await world.build(3000);
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url });
  for (const [release, code] of [
    [2000, 'rollback'],
    [3000, 'same_number'],
  ] as const) {
    await rm(world.folders.bdist, { recursive: true });
    await world.write({ 'new.txt': code });
    await world.build(release);
    t.match(refusal(await board.powerOn()), { code, theirs: release, ours: 3000 });
  }
});

t.test('a damaged head costs no manifest', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url });
  const right = await damage(board, 'data/head', otherDigit);
  await board.powerOn();
  t.strictSame(await board.read('data/head'), right);
  t.strictSame(host.asked, ['/6/head'], 'the manifest is still the one that the release names');
});

t.test('a damaged enrolment only means: not fresh; then the board is named by its own id', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url }, { id: 'c0ffee01' });
  const enrol = (await board.read('data/enrol')).toString();
  t.match(named(await board.powerOn(), 'head'), [{ current: true, fresh: false }]);
  t.match(host.queries.at(-1), new RegExp(`id=${enrol.split(' ')[0]}&.*nonce=[0-9a-f]{16}(&|$)`));
  const damages = [
    '',
    '\xff\xfe \x80',
    'a b c',
    enrol.slice(0, -2),
    'x y&z=1 00',
    `${enrol.split(' ')[0]} 00zz`,
  ];
  for (const text of damages) {
    await board.lay('data/enrol', Buffer.from(text, 'latin1'));
    t.match(named(await board.powerOn(), 'head'), [{ current: true, fresh: false }], JSON.stringify(text));
    t.match(host.queries.at(-1), /[?&]id=01eeffc0&/);
    t.notMatch(host.queries.at(-1), /nonce/, 'a nonce is for those who are enrolled');
  }
  for (const key of ['00', '00'.repeat(99)]) {
    await board.lay('data/enrol', Buffer.from(`01eeffc0 ${key}`));
    t.match(
      named(await board.powerOn(), 'head'),
      [{ current: true, fresh: false }],
      `a key of ${key.length}`,
    );
  }
});

t.test('half a proof of freshness is none', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url });
  for (const value of ['x', '', '1 2 3', '\xff\xfe \xff']) {
    host.tamper = () => (socket, bytes) => {
      socket.write(
        `HTTP/1.1 200 OK\r\nSoft-OTA-Fresh: ${value}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
        'latin1',
      );
      socket.write(bytes);
    };
    t.match(named(await board.powerOn(), 'head'), [{ current: true, fresh: false }], JSON.stringify(value));
  }
});

t.test('each field of data/ota.json that makes no sense is as if it were missing', async (t) => {
  const world = await World.make(t);
  const release = await world.publish();
  const board = await world.board(t, {}, { ports: { 8267: world.port } });
  const server = world.url;
  const damages = [
    '{',
    '',
    '[1]',
    ...['x', -5, [], 1e15, null, {}].map((wait) => JSON.stringify({ server, wait })),
    ...[5, 'nonsense', '', null, ['http://x']].map((url) => JSON.stringify({ server: url, wait: 5 })),
    ...[5, null, ['s20'], {}].map((name) => JSON.stringify({ server, board: name })),
  ];
  for (const text of damages) {
    await board.lay('data/ota.json', text);
    t.match(named(await board.powerOn(), 'head'), [{ release, current: true }], text);
  }
});

t.test('without the name of its board a release for certain boards is refused, and says so', async (t) => {
  const world = await World.make(t, { project: { boards: ['s20'] } });
  await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t);
  await world.write({ 'new.txt': 'x' });
  await world.publish();
  await board.lay('data/ota.json', JSON.stringify({ server: host.url }));
  t.match(refusal(await board.powerOn()), { code: 'board_unknown', theirs: 's20' });
});

const JOURNALS: [name: string, text: string][] = [
  ['empty', ''],
  ['of no version', 'soft-otb 2 trial\n+5 lib/b.mpy x y 3\n'],
  ['of an older version', 'soft-ota 1\n+5 lib/b.mpy\n'],
  ['no text', '\xff\xfe\n'],
  ['cut in a line', 'soft-ota 2 trial\n+5 lib/b.mpy x y 3\n+6\n'],
];

for (const name of ['commit', 'undo']) {
  t.test(`${name}: a damaged journal is set aside, and what it has done already is put right`, async (t) => {
    const world = await World.make(t, { sources: { 'lib/b.py': 'x = 1\n' } });
    const release = await world.publish();
    const board = await world.board(t);
    const right = await board.read('lib/b.mpy');
    for (const [fault, text] of JOURNALS) {
      await board.lay('update/journal', Buffer.from(text, 'latin1'));
      await board.lay('update/n5', 'not what it was');
      await board.lay('update/p5', 'nor this');
      await board.lay(`update/${name}`, '');
      await board.lay('lib/b.mpy', 'half of it');
      const events = await board.powerOn();
      t.match(named(events, 'installed'), [{ release }], fault);
      t.strictSame(await board.read('lib/b.mpy'), right, fault);
      t.match(named(await board.powerOn(), 'head'), [{ release, current: true }], fault);
      t.strictSame(readdirSync(join(board.options.flash, 'update')), [], fault);
    }
  });
}
