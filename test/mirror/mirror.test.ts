import { createReadStream, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { copyRelease } from '../../server/mirror/copy.js';
import { startPolling } from '../../server/mirror/poll.js';
import { openSource } from '../../server/mirror/source.js';
import { MirrorTrust } from '../../server/mirror/trust.js';
import { blobPath, headPath } from '../../server/release/layout.js';
import { Releases } from '../../server/release/releases.js';
import { writeRelease } from '../../server/release/write-release.js';
import { firstRoot, parseRoot, type Root } from '../../server/signing/root.js';
import { makeFolder } from '../keys/folder.js';
import { readTree } from '../release/made-project.js';
import { KEY, makeTestRelease } from '../release/made-release.js';
import { writeManifest } from '../signing/made-bdist.js';
import { makeKey } from '../signing/made-key.js';
import { signRoot } from '../signing/made-root.js';
import { codeOfAsync } from '../throws-code.js';

const ROOT = firstRoot(KEY.publicKey);
const FIRST = makeTestRelease({ 'a.txt': 'one', 'b.txt': 'same' }, { number: 10, abis: [5, 6] });
const SECOND = makeTestRelease({ 'a.txt': 'two', 'b.txt': 'same' }, { number: 11, abis: [5, 6] });

function makeMirror(t: Test, from: string, first: Root | 'none' = ROOT) {
  const bdist = join(makeFolder(t), 'copy');
  const releases = new Releases();
  const trust = new MirrorTrust(first === 'none' ? undefined : first);
  return {
    bdist,
    releases,
    trust,
    copy: () => copyRelease({ source: openSource(from), trust, bdist, releases }),
  };
}

/** A static web server over a folder, which counts what it is asked. */
async function serveFolder(t: Test, folder: string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    createReadStream(join(folder, request.url ?? ''))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return { asked, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

t.test('a mirror of a folder holds the same bytes', async (t) => {
  const from = join(makeFolder(t), 'bdist');
  await writeRelease(from, FIRST);
  const { bdist, copy, releases } = makeMirror(t, from);
  t.equal((await copy())?.number, 10);
  t.same(readTree(bdist), readTree(from));
  t.equal(await copy(), undefined, 'nothing new');
  await writeRelease(from, SECOND);
  t.equal((await copy())?.number, 11);
  t.same(readTree(bdist), readTree(from));
  t.equal(releases.current?.number, 11);
});

t.test('a mirror of a web address fetches only what is new', async (t) => {
  const from = join(makeFolder(t), 'bdist');
  await writeRelease(from, FIRST);
  const { url, asked } = await serveFolder(t, from);
  const { copy, bdist } = makeMirror(t, `${url}/`);
  await copy();
  t.same(readTree(bdist), readTree(from));
  asked.length = 0;
  await copy();
  t.same(asked, ['/6/head', '/5/head'], 'two heads tell that nothing is new');
  await writeRelease(from, SECOND);
  asked.length = 0;
  await copy();
  t.equal(asked.filter((path) => path.startsWith('/blobs/')).length, 4, 'two manifests, two files');
});

t.test('whatever is wrong at the source, the last good copy stays', async (t) => {
  const blob = (folder: string) => blobPath(folder, [...SECOND.blobs.keys()][0] ?? '');
  const faults: [string, string, (folder: string) => unknown][] = [
    ['the folder is gone', 'mirror_failed', (folder) => rmSync(folder, { recursive: true })],
    ['a blob is missing', 'mirror_failed', (folder) => rmSync(blob(folder))],
    ['a blob is edited', 'mirror_failed', (folder) => writeFileSync(blob(folder), 'xxxx')],
    ['a blob is endless', 'mirror_failed', (folder) => writeFileSync(blob(folder), 'x'.repeat(1e6))],
    ['a head is cut short', 'signature_invalid', (folder) => truncateSync(headPath(folder, 6), 300)],
    ['a head is endless', 'mirror_failed', (folder) => writeFileSync(headPath(folder, 6), 'x'.repeat(1e6))],
    [
      'a page of a hotel',
      'head_invalid',
      (folder) => writeFileSync(headPath(folder, 6), '<html>log in</html>'),
    ],
    [
      'another key',
      'wrong_key',
      (folder) => writeRelease(folder, makeTestRelease({ 'a.txt': 'x' }, { number: 99, key: makeKey() })),
    ],
    [
      'a path of the device itself, rightly signed',
      'path_reserved',
      (folder) => {
        rmSync(headPath(folder, 5));
        writeManifest(folder, KEY.signer, `boot.mpy 1 ${'A'.repeat(43)}\n`, { release: 12 });
      },
    ],
    [
      'half uploaded',
      'head_invalid',
      (folder) => writeFileSync(headPath(folder, 5), FIRST.heads.get(5)?.bytes ?? ''),
    ],
    [
      'an older release',
      'mirror_failed',
      (folder) => writeRelease(folder, makeTestRelease({ 'a.txt': 'x' }, { number: 9 })),
    ],
  ];
  for (const [name, code, harm] of faults) {
    const from = join(makeFolder(t), 'bdist');
    await writeRelease(from, FIRST);
    const mirror = makeMirror(t, from);
    await mirror.copy();
    const before = readTree(mirror.bdist);
    await writeRelease(from, SECOND);
    await harm(from);
    t.equal(await codeOfAsync(mirror.copy), code, name);
    t.same(readTree(mirror.bdist), before, `${name}: the folder is as before`);
    t.equal(mirror.releases.current?.number, 10, `${name}: what is served, too`);
  }
});

t.test('a new key epoch may begin at a lower number', async (t) => {
  const from = join(makeFolder(t), 'bdist');
  await writeRelease(from, FIRST);
  const { copy, bdist } = makeMirror(t, from);
  await copy();
  const lower = makeTestRelease({ 'a.txt': 'x' }, { number: 3, epoch: 1 });
  await writeRelease(from, lower);
  t.equal(await codeOfAsync(copy), 'epoch_wrong', 'nobody has said that there is one');
  await writeRelease(from, { ...lower, roots: new Map([[1, signRoot(KEY, { newEpoch: true })]]) });
  t.equal((await copy())?.number, 3);
  t.same(readTree(bdist), readTree(from));
});

t.test('S1.19 a mirror follows changes of trust, and hands them on', async (t) => {
  const from = join(makeFolder(t), 'bdist');
  await writeRelease(from, FIRST);
  const { copy, bdist, trust, releases } = makeMirror(t, from);
  await copy();
  const next = makeKey();
  const one = signRoot(KEY, { add: [next.publicKey] });
  const two = signRoot(KEY, { remove: [KEY.signer.keyId] }, parseRoot(one), next);
  const signed = makeTestRelease({ 'a.txt': 'two' }, { number: 12, key: next });
  await writeRelease(from, { ...signed, roots: new Map([[1, one]]) });
  t.equal((await copy())?.number, 12);
  t.equal(trust.version, 1);
  const third = makeTestRelease({ 'a.txt': 'three' }, { number: 13, key: next });
  await writeRelease(from, {
    ...third,
    roots: new Map([
      [1, one],
      [2, two],
    ]),
  });
  await copy();
  t.equal(trust.version, 1, 'nothing calls for the second one yet');
  const fourth = makeTestRelease({ 'a.txt': 'four' }, { number: 14, key: next, root: 2 });
  await writeRelease(from, fourth);
  await copy();
  t.equal(trust.version, 2);
  t.same(readTree(bdist), readTree(from));
  t.same([...(releases.current?.roots.keys() ?? [])], [1, 2]);
  await writeRelease(from, makeTestRelease({ 'a.txt': 'stolen' }, { number: 15 }));
  t.equal(await codeOfAsync(copy), 'wrong_key', 'the old key is believed no longer');

  const late = makeMirror(t, from);
  await writeRelease(from, fourth);
  writeFileSync(join(from, 'root', '2'), two.subarray(0, 600));
  t.equal(await codeOfAsync(late.copy), 'root_invalid', 'and every step is checked');
  const thief = makeKey();
  writeFileSync(
    join(from, 'root', '2'),
    signRoot(thief, { add: [thief.publicKey], remove: [KEY.signer.keyId] }, parseRoot(one)),
  );
  t.equal(await codeOfAsync(late.copy), 'wrong_key');
});

t.test('without a key it copies what it cannot judge; devices do', async (t) => {
  const from = join(makeFolder(t), 'bdist');
  await writeRelease(from, makeTestRelease({ 'a.txt': 'x' }, { key: makeKey() }));
  t.equal((await makeMirror(t, from, 'none').copy())?.number, 1000);
});

t.test('a web server that is down, or says no', async (t) => {
  const { url, server } = await serveFolder(t, makeFolder(t));
  t.equal(await codeOfAsync(makeMirror(t, url).copy), 'mirror_failed', 'no release there');
  server.removeAllListeners('request');
  server.on('request', (_request, response) => response.writeHead(503).end());
  await t.rejects(makeMirror(t, url).copy(), { code: 'mirror_failed', message: /answers 503/ });
  await new Promise((resolve) => server.close(resolve));
  await t.rejects(makeMirror(t, url).copy(), { code: 'mirror_failed', message: /cannot be read/ });
});

t.test('it looks again and again, also after a failure, until it is stopped', async (t) => {
  let looks = 0;
  const codes: string[] = [];
  const poller = startPolling({
    poll: async () => {
      looks += 1;
      if (looks === 2) throw new Error('lost');
    },
    failed: (error) => codes.push(error.code),
    interval: 0.02,
  });
  await sleep(200);
  t.ok(looks >= 3, `${looks} looks`);
  t.same(codes, ['mirror_failed']);
  await poller.stop();
  const before = looks;
  await sleep(60);
  t.equal(looks, before);
});
