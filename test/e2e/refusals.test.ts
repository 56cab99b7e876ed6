/** What the device refuses, with the reason; and that nothing of its set is touched when it does. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import t from 'tap';
import { ensureKeys } from '../../server/keys/ensure.js';
import { glob } from './files.js';
import { staticHost } from './static-host.js';
import { named, refusal, type TestBoard, World } from './world.js';

/** A board that has the first release, and a static host that has the second one, in which lib/b.mpy differs. */
async function scene(t: Test, sources: Record<string, string | Buffer> = { 'lib/b.py': 'x = 22\n' }) {
  const world = await World.make(t, { sources: { 'lib/a.py': 'x = 1\n', 'lib/b.py': 'x = 2\n' } });
  const old = await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url });
  await cp(world.folders.bdist, join(world.dir, 'bdist.old'), { recursive: true });
  await world.write(sources);
  const release = await world.publish();
  await world.stop();
  return { world, host, board, old, release, before: await snapshot(board) };
}

/** Everything on the flash but the empty room of updates and the words of the last refusal, by hash. */
async function snapshot(board: TestBoard): Promise<Record<string, string>> {
  return Object.fromEntries(
    glob(board.options.flash)
      .filter((path) => path !== 'data/error')
      .map((path) => [
        path,
        createHash('sha256')
          .update(readFileSync(join(board.options.flash, path)))
          .digest('hex'),
      ]),
  );
}

function flip(bytes: Buffer, at: number): Buffer {
  const other = Buffer.from(bytes);
  other[at] = (other[at] ?? 0) ^ 1;
  return other;
}

t.test('S1.13 S1.19 bytes that were changed on the way never reach the set', async (t) => {
  const { host, board, release, before } = await scene(t);
  const lies: [string, (path: string, bytes: Buffer) => Buffer | undefined, string][] = [
    [
      'a bit of the head',
      (path, bytes) => (path.endsWith('head') ? flip(bytes, 40) : undefined),
      'signature_invalid',
    ],
    [
      'a bit of the signature',
      (path, bytes) => (path.endsWith('head') ? flip(bytes, bytes.length - 1) : undefined),
      'signature_invalid',
    ],
    [
      'a head without its end',
      (path, bytes) => (path.endsWith('head') ? bytes.subarray(0, 300) : undefined),
      'signature_invalid',
    ],
    [
      'half a line of head',
      (path, bytes) => (path.endsWith('head') ? bytes.subarray(0, 15) : undefined),
      'wrong_key',
    ],
    ['no head at all', (path) => (path.endsWith('head') ? Buffer.alloc(0) : undefined), 'head_invalid'],
    [
      'a page of HTML',
      (path) => (path.endsWith('head') ? Buffer.from('<!doctype html>'.repeat(200)) : undefined),
      'head_invalid',
    ],
    ['a bit of the manifest', (_, bytes) => (isManifest(bytes) ? flip(bytes, 3) : undefined), 'blob_damaged'],
    [
      'a manifest cut short',
      (_, bytes) => (isManifest(bytes) ? bytes.subarray(0, 200) : undefined),
      'blob_unknown',
    ],
    ['a bit of a file', (path, bytes) => (isFile(path, bytes) ? flip(bytes, 4) : undefined), 'blob_damaged'],
    [
      'a file cut short',
      (path, bytes) => (isFile(path, bytes) ? bytes.subarray(0, 9) : undefined),
      'blob_unknown',
    ],
    [
      'a file with more behind it',
      (path, bytes) => (isFile(path, bytes) ? Buffer.concat([bytes, bytes]) : undefined),
      'blob_unknown',
    ],
  ];
  for (const [name, tamper, code] of lies) {
    host.tamper = tamper;
    t.match(refusal(await board.powerOn()), { code }, name);
    t.strictSame(await snapshot(board), before, `${name}: nothing is left of it`);
  }
  host.tamper = () => undefined;
  t.match(named(await board.powerOn(), 'installed'), [{ release }], 'and the honest one is taken');
});

function isManifest(bytes: Buffer): boolean {
  return bytes.toString('latin1').startsWith('lib/') || bytes.toString('latin1').startsWith('main.py ');
}

function isFile(path: string, bytes: Buffer): boolean {
  return path.startsWith('/blobs/') && !isManifest(bytes);
}

t.test('S1.19 an older release, and another one of the same number', async (t) => {
  const { world, host, board, old } = await scene(t);
  await board.powerOn();
  const after = await snapshot(board);
  const oldHead = await readFile(join(world.dir, 'bdist.old/6/head'));
  host.tamper = (path) => (path.endsWith('head') ? oldHead : undefined);
  t.match(refusal(await board.powerOn()), { code: 'rollback', theirs: old });

  await rm(join(world.dir, 'bdist'), { recursive: true });
  await world.write({ 'lib/b.py': 'x = 333\n' });
  await world.build(Number(/release (\d+)/.exec((await board.read('data/head')).toString('latin1'))?.[1]));
  host.tamper = () => undefined;
  t.match(refusal(await board.powerOn()), { code: 'same_number' });
  t.strictSame(await snapshot(board), after);
});

t.test('S1.19 a server with another key: wrong key, with both ids, on both sides', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const board = await world.board(t);
  const ours = /^both (\w+) /m.exec((await board.read('data/anchors')).toString())?.[1];
  await world.stop();
  await rm(join(world.dir, 'keys'), { recursive: true });
  await rm(join(world.dir, 'bdist'), { recursive: true });
  const { keyring } = await ensureKeys(join(world.dir, 'keys'));
  await world.publish();
  await board.lay('data/ota.json', JSON.stringify({ server: world.url, board: 's20' }));
  const before = await snapshot(board);
  const theirs = keyring.publicKey().keyId;
  t.match(refusal(await board.powerOn()), { code: 'wrong_key', theirs, ours });
  t.strictSame(await snapshot(board), before);
  t.ok(await world.heard(theirs, ours));
  t.ok(await world.heard('wrong_key'));
});

t.test('S1.12 another .mpy version: both are named on both sides, and nothing is written', async (t) => {
  const world = await World.make(t, { project: { abis: [5] } });
  await world.publish();
  const board = await world.board(t, { abi: 5 });
  await rm(join(world.dir, 'bdist'), { recursive: true });
  const other = await World.make(t);
  await other.publish();
  const six = await other.board(t);
  await six.lay('data/ota.json', JSON.stringify({ server: world.url, board: 's20' }));
  const before = await snapshot(six);
  t.match(refusal(await six.powerOn()), { code: 'answer', msg: /abi_unknown.*\b6\b.*\b5\b/ });
  t.strictSame(await snapshot(six), before);
  t.ok(await world.heard('device refused'));
  t.match(world.visits(), [{ msg: 'device refused' }]);
  t.ok(
    world.log.some((line) => /\b6\b/.test(JSON.stringify(line)) && /abi_unknown/.test(JSON.stringify(line))),
  );
  t.ok(board);
});

t.test('a release for other boards, and one for a newer MicroPython', async (t) => {
  for (const [project, code] of [
    [{ boards: ['oittm', 's31'] }, 'board_unknown'],
    [{ python: { 6: '1.99', 5: '1.12' } }, 'firmware_old'],
  ] as const) {
    const world = await World.make(t);
    await world.publish();
    const board = await world.board(t);
    await writeFile(join(world.dir, 'soft-ota.json'), JSON.stringify(project));
    await world.publish();
    t.match(refusal(await board.powerOn()), { code: 'answer', msg: new RegExp(code) }, 'the server says so');
    const host = await staticHost(t, world.folders.bdist);
    await board.lay('data/ota.json', JSON.stringify({ server: host.url, board: 's20' }));
    t.match(refusal(await board.powerOn()), { code }, 'and on a static host the device does');
    t.strictSame(host.asked, ['/6/head'], 'before anything is fetched');
  }
});

t.test('a set that is too big is refused before anything is fetched', async (t) => {
  const big = { 'big.bin': Buffer.alloc(420_000, 7) };
  const { host, board, before } = await scene(t, big);
  t.match(refusal(await board.powerOn()), { code: 'set_too_big' });
  t.strictSame(host.asked, ['/6/head'], 'more than the whole flash: the head says it');
  t.strictSame(await snapshot(board), before);
});

t.test('a set that does not fit beside the old one is refused before a file is fetched', async (t) => {
  const { host, board, before } = await scene(t, {
    'big.bin': Buffer.alloc(200_000, 7),
    'big2.bin': Buffer.alloc(100_000, 8),
  });
  t.match(refusal(await board.powerOn()), { code: 'set_too_big' });
  t.equal(host.asked.length, 2, 'head and manifest');
  t.strictSame(await snapshot(board), before);
});

t.test(
  'bdist/ on a plain static web server updates a board just as well, over HTTP/1.1 and HTTP/1.0',
  async (t) => {
    for (const version of ['1.1', '1.0'] as const) {
      const { world, board, release } = await scene(t);
      const host = await staticHost(t, world.folders.bdist, version);
      await board.lay('data/ota.json', JSON.stringify({ server: `${host.url}/`, board: 's20' }));
      const events = await board.powerOn();
      t.match(named(events, 'head'), [{ release, fresh: false }]);
      t.match(named(events, 'installed'), [{ release }]);
      t.match(named(await board.powerOn(), 'head'), [{ release, current: true }]);
    }
  },
);
