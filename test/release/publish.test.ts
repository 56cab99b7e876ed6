import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { trustFrom } from '../../server/keys/trust.js';
import { blobPath, headPath } from '../../server/release/layout.js';
import { verifyBdist } from '../../server/release/verify.js';
import { parseHead } from '../../server/signing/head.js';
import { parseManifest } from '../../server/signing/manifest.js';
import { firstRoot } from '../../server/signing/root.js';
import { makeKey } from '../signing/made-key.js';
import { codeOfAsync } from '../throws-code.js';
import { compiler, KEY, makeWorkshop, readTree } from './made-project.js';

t.teardown(() => compiler.close());
const TRUST = trustFrom(firstRoot(KEY.publicKey));

const headOf = (bdist: string, abi = 6) => parseHead(readFileSync(headPath(bdist, abi))).head;
const manifestOf = (bdist: string, abi = 6) =>
  parseManifest(readFileSync(blobPath(bdist, headOf(bdist, abi).manifest.sha256.toString('hex'))));
const stamps = (bdist: string) =>
  [...readTree(bdist).keys()].map((path) => {
    const { ino, mtimeMs } = statSync(join(bdist, path));
    return `${path} ${ino} ${mtimeMs}`;
  });

t.test('the folder holds exactly the release: heads, blobs, and nothing else', async (t) => {
  const shop = makeWorkshop(t);
  const { release, isNew } = await shop.publish({ number: 7 });
  t.ok(isNew);
  t.equal(release.number, 7);
  const names = [...readTree(shop.bdist).keys()];
  const blobs = [...release.blobs.keys()].map((hash) => `blobs/${hash}`).toSorted();
  t.same(names, ['.nojekyll', '5/head', '6/head', ...blobs]);
  t.same(
    manifestOf(shop.bdist).map(({ path }) => path),
    ['main.py', 'net/__init__.mpy', 'net/wifi.mpy', 'page.html'],
    'the guard is in no release',
  );
  t.equal(headOf(shop.bdist, 5).release, 7, 'one number for all ABIs');
  t.same((await verifyBdist(shop.bdist, TRUST)).heads.length, 2);
});

t.test('the same content publishes nothing: no byte is written', async (t) => {
  const shop = makeWorkshop(t);
  const first = await shop.publish();
  const before = stamps(shop.bdist);
  const second = await shop.publish();
  t.notOk(second.isNew);
  t.equal(second.release.number, first.release.number);
  t.notOk(
    (await shop.publish({ number: first.release.number + 9 })).isNew,
    'not even with a number asked for',
  );
  t.same(stamps(shop.bdist), before);
});

t.test('a set with a secret in it is never signed', async (t) => {
  const shop = makeWorkshop(t);
  const before = await shop.publish();
  shop.write('kitchen/data/wifi.json', '{"networks":[["home","hunter22"]]}');
  t.equal(await codeOfAsync(() => shop.publish()), 'secret_in_set');
  t.equal(headOf(shop.bdist).release, before.release.number);
  for (const [path, bytes] of readTree(shop.bdist))
    if (Buffer.from(bytes).includes('hunter22')) t.fail(`${path} holds it`);
  shop.remove('kitchen/data/wifi.json');
  await shop.publish();
});

t.test('a set that leaves no room for its successor is warned of', async (t) => {
  const shop = makeWorkshop(t);
  const room = async () =>
    (await shop.publish()).warnings.filter(({ message }) => message.includes('no room'));
  t.same(await room(), []);
  shop.write('large.bin', 'x'.repeat(40 * 4096));
  const message = /The set of 44 blocks .* needs 1\d\d of the 99 blocks of a board/;
  t.match(await room(), [{ file: '.mpy 6', message }]);
  for (const fits of [{ blocks: 160 }, { inplace: true }, { esp8266: false }]) {
    shop.project(fits);
    t.same(await room(), [], JSON.stringify(fits));
  }
});

t.test('a change publishes what changed, and old blobs go', async (t) => {
  const shop = makeWorkshop(t);
  const first = await shop.publish();
  const before = new Set(stamps(shop.bdist));
  shop.write('net/wifi.py', 'def join():\n    return 2\n');
  shop.remove('page.html');
  const second = await shop.publish();
  t.ok(second.isNew);
  t.ok(second.release.number > first.release.number);
  const written = stamps(shop.bdist)
    .filter((line) => !before.has(line))
    .map((line) => line.split('/')[0]);
  t.same(
    written.toSorted(),
    ['5', '6', 'blobs', 'blobs', 'blobs', 'blobs'],
    'two heads, two manifests, two files',
  );
  t.same(
    (await verifyBdist(shop.bdist, TRUST)).warnings.filter((line) => !line.startsWith('.nojekyll')),
    [],
  );
  const gone = [...first.release.blobs.keys()].find((hash) => !second.release.blobs.has(hash)) ?? '';
  t.ok(shop.releases.blob(gone), 'a device in the middle of the old release still gets its blobs');
});

t.test('other boards, another key and another ABI are new content too', async (t) => {
  const shop = makeWorkshop(t);
  await shop.publish();
  shop.project({ boards: ['s20'] });
  t.ok((await shop.publish()).isNew);
  t.ok((await shop.publish({}, makeKey())).isNew);
  shop.project({ abis: [6] });
  const { release } = await shop.publish();
  t.same([...release.heads.keys()], [6]);
  t.notOk([...readTree(shop.bdist).keys()].includes('5/head'));
});

t.test('a set that boards could not run, or not update, is warned of', async (t) => {
  const shop = makeWorkshop(t);
  const [client, ...others] = (await shop.publish()).warnings;
  t.match(client, { file: 'ota/client', message: /no update client.*Copy ota/ });
  t.strictSame(others, []);
  shop.write('ota/client.py', 'x = 1\n');
  shop.remove('main.py');
  t.match((await shop.publish()).warnings, [{ file: 'main.py', message: /start no program/ }]);
});

t.test('numbers: above the last one, or as asked', async (t) => {
  const shop = makeWorkshop(t);
  await shop.publish({ number: 4_000_000_000 });
  shop.write('page.html', 'other');
  t.equal(await codeOfAsync(() => shop.publish({ number: 4_000_000_000 })), 'release_number');
  t.equal((await shop.publish()).release.number, 4_000_000_001, 'a clock that is behind does not matter');
  shop.write('page.html', 'third');
  t.equal(await codeOfAsync(() => shop.publish({ number: 2 ** 32 })), 'release_number');
});

t.test('S1.3 what fails leaves the last release as it was, on disk and in memory', async (t) => {
  const shop = makeWorkshop(t);
  const { release } = await shop.publish();
  const before = stamps(shop.bdist);
  const broken: [string, string, string][] = [
    ['net/wifi.py', 'def join(:\n', 'source_syntax'],
    ['net/wifi.mpy', 'M\x06\0\x1f', 'source_twin'],
    ['data/x.txt', '', 'path_reserved'],
    ['net/lint.py', 'import asyncio\n', 'lint_failed'],
  ];
  for (const [path, text, code] of broken) {
    const old = { 'net/wifi.py': 'def join():\n    return 1\n' }[path];
    shop.write(path, text);
    t.equal(await codeOfAsync(() => shop.publish()), code, path);
    if (old === undefined) shop.remove(path);
    else shop.write(path, old);
  }
  t.same(stamps(shop.bdist), before);
  t.equal(shop.releases.current?.number, release.number);
});

t.test('S1.3 a syntax error is reported with file and line', async (t) => {
  const shop = makeWorkshop(t);
  shop.write('net/wifi.py', 'x = 1\ny = = 2\n');
  await t.rejects(shop.publish(), { code: 'source_syntax', message: /net\/wifi\.py:2/ });
});

t.test('sources that change meanwhile publish nothing', async (t) => {
  const shop = makeWorkshop(t);
  const controller = new AbortController();
  controller.abort();
  await t.rejects(shop.publish({}, KEY, controller.signal), { name: 'AbortError' });
  t.equal(shop.releases.current, undefined);
});

t.test('damage in the folder is repaired from the sources, under the same number', async (t) => {
  const shop = makeWorkshop(t);
  const { release } = await shop.publish();
  const intact = readTree(shop.bdist);
  const [hash = ''] = release.blobs.keys();
  writeFileSync(blobPath(shop.bdist, hash), 'edited');
  writeFileSync(join(shop.bdist, 'blobs', '.tmp-half'), 'half');
  writeFileSync(join(shop.bdist, '6', '.tmp-head'), 'half');
  const again = await shop.publish();
  t.notOk(again.isNew);
  t.same(readTree(shop.bdist), intact);
});

t.test('a head that is cut short is replaced by a new release', async (t) => {
  const shop = makeWorkshop(t);
  const { release } = await shop.publish();
  truncateSync(headPath(shop.bdist, 6), 100);
  const again = await shop.publish();
  t.ok(again.isNew);
  t.ok(again.release.number > release.number);
  await verifyBdist(shop.bdist, TRUST);
});

t.test('modes do not depend on the umask', async (t) => {
  const before = process.umask(0o077);
  t.teardown(() => process.umask(before));
  const shop = makeWorkshop(t);
  await shop.publish();
  const mode = (path: string) => statSync(join(shop.bdist, path)).mode & 0o777;
  t.same(['', 'blobs', '6'].map(mode), [0o755, 0o755, 0o755]);
  t.same(
    [...readTree(shop.bdist).keys()].map(mode).filter((bits) => bits !== 0o644),
    [],
  );
});
