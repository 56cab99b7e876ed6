/** docs/protocol.md is enough to write a client and a guard: those of docs/reference/ against the real server, and the device's own half. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { parseHead } from '../../server/signing/head.js';
import { parseManifest } from '../../server/signing/manifest.js';
import { contentsOf, set } from '../e2e/rollback.js';
import { named, type TestBoard, World } from '../e2e/world.js';
import { have } from '../programs.js';
import { headVectors, manifestVectors, pathVectors, rootVectors } from '../vectors.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const VECTORS = join(ROOT, 'test/vectors');
/** A guard that is not there: the client is cut off right behind its commit. */
const NO_GUARD = 'def boot():\n    pass\n\n\ndef finish():\n    return False\n';
const GUARD = 'rescue/guard.py';

/** What the reference prints, line by line. Nothing of it is left beside the sources. */
async function reference(folder: string, ...what: string[]): Promise<string[]> {
  const client = join(ROOT, 'docs/reference/client.py');
  const { stdout } = await promisify(execFile)(have('python3'), ['-B', client, folder, ...what]);
  return stdout.trim().split('\n');
}

t.test('its verdicts on all vectors are those of a strict reader', async (t) => {
  const [line = ''] = await reference(VECTORS, 'verdicts');
  const found = JSON.parse(line) as Record<string, string[]>;
  const lax = JSON.parse(readFileSync(join(VECTORS, 'not-on-device.json'), 'utf8')) as Record<string, object>;
  const vectors = {
    heads: headVectors(),
    roots: rootVectors(),
    manifests: manifestVectors(),
    paths: pathVectors().map((vector) => ({ ...vector, name: vector.path })),
  };
  for (const [kind, all] of Object.entries(vectors)) {
    const names = kind === 'manifests' ? Object.keys(lax[kind] ?? {}) : [];
    const wanted = all.map(({ name, code }) => [name, names.includes(name) ? 'ok' : code]);
    t.strictSame(
      all.map(({ name }, at) => [name, found[kind]?.[at]]),
      wanted,
      kind,
    );
  }
});

/** Something goes with its folder, something comes in a new one, something stands where a folder must be, and something changes. */
const OLD = { 'gone/a.py': 'x = 1\n', 'page.html': '<p>1', way: 'a file' };
const GONE = { 'gone/a.py': undefined, way: undefined };
const NEW = { 'way/b.py': 'x = 2\n', 'deep/er/c.txt': '' };

/** Every file of the installed manifest is there, as it says, and no other. */
function isWhole(t: Test, board: TestBoard, release: number): void {
  const { flash } = board.options;
  const read = (path: string): Buffer => readFileSync(join(flash, path));
  t.equal(parseHead(read('data/head')).head.release, release);
  const entries = parseManifest(read('data/manifest'));
  const own = /^(?:boot\.py$|rescue\/)/;
  const there = Object.keys(set(board)).filter((path) => !own.test(path));
  t.strictSame(there.toSorted(), entries.map(({ path }) => path).toSorted());
  for (const { path, sha256 } of entries)
    t.strictSame(createHash('sha256').update(read(path)).digest(), sha256, path);
}

const staged = (board: TestBoard): string[] => readdirSync(join(board.options.flash, 'update'));
const marked = (board: TestBoard, name: string): boolean => staged(board).includes(name);

/** The second release has all that differs; those after it are the same with another page. */
async function next(world: World, n: number): Promise<number> {
  if (n === 2) await world.write({ ...GONE, ...NEW });
  await world.write({ 'page.html': `<p>${n}` });
  return world.publish();
}

type Half = 'reference' | 'device';
/** Who commits, who puts it in place, who goes back. */
const SHARED: readonly (readonly [client: Half, guard: Half, back: Half])[] = [
  ['reference', 'reference', 'device'],
  ['device', 'reference', 'reference'],
  ['device', 'reference', 'device'],
];

async function commits(half: Half, board: TestBoard): Promise<void> {
  if (half === 'reference') await reference(board.options.flash, 'ask');
  else {
    const guard = await board.read(GUARD);
    await board.lay(GUARD, NO_GUARD);
    await board.powerOn();
    await board.lay(GUARD, guard);
  }
}

async function goesBack(t: Test, half: Half, board: TestBoard): Promise<void> {
  await board.lay('update/f1', '');
  await board.lay('update/f2', '');
  if (half === 'reference') {
    await reference(board.options.flash, 'guard');
    t.ok(marked(board, 'safe'), 'and the set before is watched');
    await reference(board.options.flash, 'confirm');
  } else await board.powerOn();
}

t.test('client and guard of both finish each other’s journals, and undo them', async (t) => {
  const world = await World.make(t, { sources: OLD });
  await world.publish();
  const board = await world.board(t);
  const { flash } = board.options;
  await board.lay('data/mine.json', '{"of": "before"}');
  const before = set(board);
  t.strictSame(await reference(flash, 'run'), ['fresh', 'current']);

  for (const [at, [client, guard, back]] of SHARED.entries()) {
    const name = `committed by ${client}, in place by ${guard}, undone by ${back}`;
    const release = await next(world, at + 2);
    await commits(client, board);
    t.ok(marked(board, 'commit'), name);
    t.strictSame(set(board), before, 'until the guard comes nothing has happened');
    await reference(flash, 'guard');
    isWhole(t, board, release);
    await board.lay('data/mine.json', '{"of": "the bad one"}');
    await goesBack(t, back, board);
    t.strictSame(set(board), before, name);
    t.match(contentsOf(board, 'data/bad'), `release ${release}\n`);
    t.equal(contentsOf(board, 'data/mine.json'), '{"of": "before"}');
    t.match((await reference(flash, 'run')).at(-1), /^refused answer 409 .*release_bad/);
  }

  const proven = await next(world, 8);
  t.strictSame(await reference(flash, 'run'), ['fresh', 'installed']);
  isWhole(t, board, proven);
  t.ok(marked(board, 'trial'));
  t.strictSame(await reference(flash, 'run'), ['fresh', 'current'], 'in a boot of its own it is heard');
  await reference(flash, 'confirm');
  t.strictSame(staged(board), []);
  t.ok(await world.heard('device updated', proven), 'the server believes what it proves');

  const last = await next(world, 9);
  await commits('reference', board);
  const events = await board.powerOn();
  t.match(named(events, 'head'), [{ release: last, current: true }], 'the guard of the device finishes it');
  isWhole(t, board, last);
  t.notOk(marked(board, 'trial'), 'confirmed');
  t.notOk(existsSync(join(flash, 'data/bad')));
});
