import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { readBlob } from '../../server/release/blobs.js';
import { blobPath, headPath } from '../../server/release/layout.js';
import { loadRelease } from '../../server/release/load.js';
import { nextNumber } from '../../server/release/number.js';
import type { Release } from '../../server/release/release.js';
import { Releases } from '../../server/release/releases.js';
import { openBlobStream } from '../../server/release/stream-blob.js';
import { writeRelease } from '../../server/release/write-release.js';
import { verifyHead } from '../../server/signing/verify.js';
import { makeFolder } from '../keys/folder.js';
import { makeKey } from '../signing/made-key.js';
import { codeOf, codeOfAsync } from '../throws-code.js';
import { KEY, makeTestRelease } from './made-release.js';

const check = (bytes: Buffer) => verifyHead(bytes, [KEY.publicKey]);
const hashOf = (release: Release, text: string): string => {
  const found = [...release.blobs].find(
    ([, blob]) => Buffer.isBuffer(blob) && blob.toString().startsWith(text),
  );
  return found?.[0] ?? '';
};

t.test('numbers follow the clock and never go back', async (t) => {
  t.equal(nextNumber(0, 100), 100);
  t.equal(nextNumber(100, 100), 101);
  t.equal(nextNumber(500, 100), 501);
  t.equal(nextNumber(5, 100, 6), 6);
  t.equal(
    codeOf(() => nextNumber(5, 100, 5)),
    'release_number',
  );
  t.equal(
    codeOf(() => nextNumber(2 ** 32 - 1, 100)),
    'release_number',
  );
});

t.test('the last few releases are held, and what they share is held once', async (t) => {
  const releases = new Releases();
  t.equal(releases.current, undefined);
  const made = Array.from({ length: 12 }, (_, i) =>
    makeTestRelease({ 'a.txt': `a${i} `, 'b.txt': 'same' }, { number: i + 1 }),
  );
  for (const release of made) releases.activate(release);
  t.equal(releases.current?.number, 12);
  const held = made.map((release, i) => releases.blob(hashOf(release, `a${i} `)) !== undefined);
  t.same(held.indexOf(true), 4, 'eight of them');
  const [first] = made;
  t.equal(
    releases.blob(hashOf(makeTestRelease({ 'b.txt': 'same' }), 'same')),
    first?.blobs.get(hashOf(first, 'same')),
  );
});

t.test(
  'old releases go when they take too much memory; the current one stays whatever its size',
  async (t) => {
    const releases = new Releases();
    const big = (name: string, number: number) =>
      makeTestRelease(
        Object.fromEntries(
          Array.from({ length: 45 }, (_, i) => [`${i}.bin`, `${name}${i}`.padEnd(1e6, name)]),
        ),
        { number },
      );
    const [one, two] = [big('x', 1), big('y', 2)];
    releases.activate(one);
    t.ok(releases.blob(hashOf(one, 'x0')));
    releases.activate(two);
    t.equal(releases.blob(hashOf(one, 'x0')), undefined);
    t.ok(releases.blob(hashOf(two, 'y0')));
  },
);

t.test('a release is loaded as it was laid', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  const release = makeTestRelease({ 'a.txt': 'a', 'b.txt': 'b' }, { abis: [5, 6] });
  await writeRelease(bdist, release);
  const loaded = await loadRelease(bdist, check);
  t.same([...loaded.heads.keys()].toSorted(), [5, 6]);
  t.same(loaded.heads.get(6), release.heads.get(6));
  t.same([...loaded.blobs.keys()].toSorted(), [...release.blobs.keys()].toSorted());
});

t.test('what is wrong in the folder is found at loading', async (t) => {
  const damages: [string, string, (bdist: string, release: Release) => void][] = [
    [
      'an edited blob',
      'blob_damaged',
      (bdist, release) => writeFileSync(blobPath(bdist, hashOf(release, 'aaa')), 'AAA6'),
    ],
    [
      'a blob cut short',
      'blob_damaged',
      (bdist, release) => truncateSync(blobPath(bdist, hashOf(release, 'aaa')), 1),
    ],
    ['a truncated head', 'signature_invalid', (bdist) => truncateSync(headPath(bdist, 6), 300)],
    ['a head of some bytes', 'head_invalid', (bdist) => truncateSync(headPath(bdist, 6), 30)],
    [
      'a head of another key',
      'wrong_key',
      (bdist) => writeFileSync(headPath(bdist, 6), headBytes({ key: makeKey() })),
    ],
    [
      'a head of another ABI',
      'head_invalid',
      (bdist) => writeFileSync(headPath(bdist, 6), headBytes({ abis: [5] }, 5)),
    ],
    [
      'heads of two releases',
      'head_invalid',
      (bdist) => writeFileSync(headPath(bdist, 6), headBytes({ number: 2 })),
    ],
  ];
  const headBytes = (options: object, abi = 6) =>
    makeTestRelease({ 'a.txt': 'aaa' }, options).heads.get(abi)?.bytes ?? '';
  for (const [name, code, damage] of damages) {
    const bdist = join(makeFolder(t), 'bdist');
    const release = makeTestRelease({ 'a.txt': 'aaa' }, { abis: [5, 6] });
    await writeRelease(bdist, release);
    damage(bdist, release);
    t.equal(await codeOfAsync(() => loadRelease(bdist, check)), code, name);
  }
  t.equal(await codeOfAsync(() => loadRelease(join(makeFolder(t), 'none'), check)), 'release_missing');
});

t.test('a large blob stays on disk and is checked whenever it goes out', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  const long = 'long'.repeat(1_000_000);
  const laid = await writeRelease(bdist, makeTestRelease({ 'a.bin': long, 'b.txt': 'short' }));
  const [hash, blob] = [...laid.blobs].find(([, one]) => !Buffer.isBuffer(one)) ?? [''];
  if (blob === undefined || Buffer.isBuffer(blob)) throw new Error('no large blob');
  t.equal(blob.size, 4_000_001);
  t.same((await loadRelease(bdist, check)).blobs.get(hash), blob, 'also after a restart');
  t.equal(await text(await openBlobStream(blob, hash)), `${long}6`);
  writeFileSync(blob.path, `${long}7`);
  t.equal(await codeOfAsync(async () => text(await openBlobStream(blob, hash))), 'blob_damaged');
  truncateSync(blob.path, 100);
  t.equal(await codeOfAsync(async () => text(await openBlobStream(blob, hash))), 'blob_damaged');
  t.equal(await codeOfAsync(() => readBlob(bdist, hash)), 'blob_damaged');
});
