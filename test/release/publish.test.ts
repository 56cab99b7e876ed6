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
import { compiler, KEY, makeProject, readTree } from './made-project.js';

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
  const project = makeProject(t);
  const { release, isNew } = await project.publish({ number: 7 });
  t.ok(isNew);
  t.equal(release.number, 7);
  const names = [...readTree(project.bdist).keys()];
  const blobs = [...release.blobs.keys()].map((hash) => `blobs/${hash}`).toSorted();
  t.same(names, ['.nojekyll', '5/head', '6/head', ...blobs]);
  t.same(
    manifestOf(project.bdist).map(({ path }) => path),
    ['main.py', 'net/__init__.mpy', 'net/wifi.mpy', 'page.html'],
    'the guard is in no release',
  );
  t.equal(headOf(project.bdist, 5).release, 7, 'one number for all ABIs');
  t.same((await verifyBdist(project.bdist, TRUST)).heads.length, 2);
});

t.test('the same content publishes nothing: no byte is written', async (t) => {
  const project = makeProject(t);
  const first = await project.publish();
  const before = stamps(project.bdist);
  const second = await project.publish();
  t.notOk(second.isNew);
  t.equal(second.release.number, first.release.number);
  t.notOk(
    (await project.publish({ number: first.release.number + 9 })).isNew,
    'not even with a number asked for',
  );
  t.same(stamps(project.bdist), before);
});

t.test('a set with a secret in it is never signed', async (t) => {
  const project = makeProject(t);
  const before = await project.publish();
  project.write('kitchen/data/wifi.json', '{"networks":[["home","hunter22"]]}');
  t.equal(await codeOfAsync(() => project.publish()), 'secret_in_set');
  t.equal(headOf(project.bdist).release, before.release.number);
  for (const [path, bytes] of readTree(project.bdist))
    if (Buffer.from(bytes).includes('hunter22')) t.fail(`${path} holds it`);
  project.remove('kitchen/data/wifi.json');
  await project.publish();
});

t.test('a set that leaves no room for its successor is warned of', async (t) => {
  const project = makeProject(t);
  const room = async () =>
    (await project.publish()).warnings.filter(({ message }) => message.includes('no room'));
  t.same(await room(), []);
  project.write('large.bin', 'x'.repeat(40 * 4096));
  const message = /The set of 44 blocks .* needs 1\d\d of the 99 blocks of a board/;
  t.match(await room(), [{ file: '.mpy 6', message }]);
  for (const fits of [{ blocks: 160 }, { inplace: true }, { esp8266: false }]) {
    project.configure(fits);
    t.same(await room(), [], JSON.stringify(fits));
  }
});

t.test('a change publishes what changed, and old blobs go', async (t) => {
  const project = makeProject(t);
  const first = await project.publish();
  const before = new Set(stamps(project.bdist));
  project.write('net/wifi.py', 'def join():\n    return 2\n');
  project.remove('page.html');
  const second = await project.publish();
  t.ok(second.isNew);
  t.ok(second.release.number > first.release.number);
  const written = stamps(project.bdist)
    .filter((line) => !before.has(line))
    .map((line) => line.split('/')[0]);
  t.same(
    written.toSorted(),
    ['5', '6', 'blobs', 'blobs', 'blobs', 'blobs'],
    'two heads, two manifests, two files',
  );
  t.same(
    (await verifyBdist(project.bdist, TRUST)).warnings.filter((line) => !line.startsWith('.nojekyll')),
    [],
  );
  const gone = [...first.release.blobs.keys()].find((hash) => !second.release.blobs.has(hash)) ?? '';
  t.ok(project.releases.blob(gone), 'a device in the middle of the old release still gets its blobs');
});

t.test('other boards, another key and another ABI are new content too', async (t) => {
  const project = makeProject(t);
  await project.publish();
  project.configure({ boards: ['s20'] });
  t.ok((await project.publish()).isNew);
  t.ok((await project.publish({}, makeKey())).isNew);
  project.configure({ abis: [6] });
  const { release } = await project.publish();
  t.same([...release.heads.keys()], [6]);
  t.notOk([...readTree(project.bdist).keys()].includes('5/head'));
});

t.test('a set that boards could not run, or not update, is warned of', async (t) => {
  const project = makeProject(t);
  const [client, ...others] = (await project.publish()).warnings;
  t.match(client, { file: 'ota/client', message: /no update client.*Copy ota/ });
  t.strictSame(others, []);
  project.write('ota/client.py', 'x = 1\n');
  project.remove('main.py');
  t.match((await project.publish()).warnings, [{ file: 'main.py', message: /start no program/ }]);
});

t.test('numbers: above the last one, or as asked', async (t) => {
  const project = makeProject(t);
  await project.publish({ number: 4_000_000_000 });
  project.write('page.html', 'other');
  t.equal(await codeOfAsync(() => project.publish({ number: 4_000_000_000 })), 'release_number');
  t.equal((await project.publish()).release.number, 4_000_000_001, 'a clock that is behind does not matter');
  project.write('page.html', 'third');
  t.equal(await codeOfAsync(() => project.publish({ number: 2 ** 32 })), 'release_number');
});

t.test('S1.3 what fails leaves the last release as it was, on disk and in memory', async (t) => {
  const project = makeProject(t);
  const { release } = await project.publish();
  const before = stamps(project.bdist);
  const broken: [string, string, string][] = [
    ['net/wifi.py', 'def join(:\n', 'source_syntax'],
    ['net/wifi.mpy', 'M\x06\0\x1f', 'source_twin'],
    ['data/x.txt', '', 'path_reserved'],
    ['net/lint.py', 'import asyncio\n', 'lint_failed'],
  ];
  for (const [path, text, code] of broken) {
    const old = { 'net/wifi.py': 'def join():\n    return 1\n' }[path];
    project.write(path, text);
    t.equal(await codeOfAsync(() => project.publish()), code, path);
    if (old === undefined) project.remove(path);
    else project.write(path, old);
  }
  t.same(stamps(project.bdist), before);
  t.equal(project.releases.current?.number, release.number);
});

t.test('S1.3 a syntax error is reported with file and line', async (t) => {
  const project = makeProject(t);
  project.write('net/wifi.py', 'x = 1\ny = = 2\n');
  await t.rejects(project.publish(), { code: 'source_syntax', message: /net\/wifi\.py:2/ });
});

t.test('sources that change meanwhile publish nothing', async (t) => {
  const project = makeProject(t);
  const controller = new AbortController();
  controller.abort();
  await t.rejects(project.publish({}, KEY, controller.signal), { name: 'AbortError' });
  t.equal(project.releases.current, undefined);
});

t.test('damage in the folder is repaired from the sources, under the same number', async (t) => {
  const project = makeProject(t);
  const { release } = await project.publish();
  const intact = readTree(project.bdist);
  const [hash = ''] = release.blobs.keys();
  writeFileSync(blobPath(project.bdist, hash), 'edited');
  writeFileSync(join(project.bdist, 'blobs', '.tmp-half'), 'half');
  writeFileSync(join(project.bdist, '6', '.tmp-head'), 'half');
  const again = await project.publish();
  t.notOk(again.isNew);
  t.same(readTree(project.bdist), intact);
});

t.test('a head that is cut short is replaced by a new release', async (t) => {
  const project = makeProject(t);
  const { release } = await project.publish();
  truncateSync(headPath(project.bdist, 6), 100);
  const again = await project.publish();
  t.ok(again.isNew);
  t.ok(again.release.number > release.number);
  await verifyBdist(project.bdist, TRUST);
});

t.test('modes do not depend on the umask', async (t) => {
  const before = process.umask(0o077);
  t.teardown(() => process.umask(before));
  const project = makeProject(t);
  await project.publish();
  const mode = (path: string) => statSync(join(project.bdist, path)).mode & 0o777;
  t.same(['', 'blobs', '6'].map(mode), [0o755, 0o755, 0o755]);
  t.same(
    [...readTree(project.bdist).keys()].map(mode).filter((bits) => bits !== 0o644),
    [],
  );
});
