import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { SoftOtaError } from '../../server/errors.js';
import { publicPem } from '../../server/keys/pem.js';
import { trustFrom } from '../../server/keys/trust.js';
import { verifyBdist } from '../../server/release/verify.js';
import { firstRoot } from '../../server/signing/root.js';
import { makeFolder } from '../keys/folder.js';
import { FILES, writeBlob, writeManifest, writeRelease } from '../signing/made-bdist.js';
import { makeKey } from '../signing/made-key.js';

const KEY = makeKey();
const OTHER = makeKey();
const TRUST = trustFrom(firstRoot(KEY.publicKey));
const SCRIPT = fileURLToPath(new URL('../../scripts/verify.js', import.meta.url));
const blobOf = (dir: string, text: string): string =>
  join(dir, 'blobs', createHash('sha256').update(text, 'latin1').digest('hex'));

async function fault(dir: string): Promise<string> {
  try {
    await verifyBdist(dir, TRUST);
    return 'ok';
  } catch (error) {
    if (error instanceof SoftOtaError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

t.test('a sound release: both ABIs, every blob once', async (t) => {
  const dir = makeFolder(t);
  writeRelease(dir, KEY.signer);
  writeRelease(dir, KEY.signer, { ...FILES, 'net.mpy': 'M\x05 net' }, { abi: 5 });
  writeFileSync(join(dir, '.nojekyll'), '');
  const verified = await verifyBdist(dir, TRUST);
  t.same(
    verified.heads.map((head) => [head.abi, head.set.files]),
    [
      [5, 4],
      [6, 4],
    ],
  );
  t.equal(verified.blobs, 7, 'five files, two manifests');
  t.same(verified.warnings, [], 'and nothing to say about the file that a build lays beside them');
});

t.test('what lies around is a warning', async (t) => {
  const dir = makeFolder(t);
  writeRelease(dir, KEY.signer);
  writeBlob(dir, Buffer.from('of an older release'));
  writeFileSync(join(dir, 'blobs', '.tmp-abc'), '');
  writeFileSync(join(dir, '6', '.tmp-head'), '');
  writeFileSync(join(dir, 'index.html'), '');
  mkdirSync(join(dir, '5'));
  const { warnings } = await verifyBdist(dir, TRUST);
  t.match(warnings, [
    /^5\/ has no head/,
    /^6\/\.tmp-head was left half written/,
    /^blobs\/\.tmp-abc was left half written/,
    /^blobs\/[0-9a-f]{64} is in no manifest/,
    /^index\.html belongs to no release/,
  ]);
});

const HASH = '0OtP2Sn0lm9UyIOIPl1tlVnHKzLPj1Zq0vEZzY3fJ6M';
type Damage = (dir: string) => void;
const DAMAGES: [string, Damage, RegExp][] = [
  [
    'a blob edited',
    (dir) => writeFileSync(blobOf(dir, 'import net\n'), 'import bad\n'),
    /^blob_damaged: ABI 6: main\.py: /,
  ],
  [
    'a blob cut short',
    (dir) => truncateSync(blobOf(dir, 'M\x06 net'), 3),
    /^blob_damaged: ABI 6: net\.mpy: /,
  ],
  [
    'a blob gone',
    (dir) => rmSync(blobOf(dir, 'M\x06 client')),
    /^blob_damaged: ABI 6: ota\/client\.mpy: .*missing/,
  ],
  ['an empty blob gone', (dir) => rmSync(blobOf(dir, '')), /^blob_damaged: ABI 6: empty\.txt: /],
  ['the head cut short', (dir) => truncateSync(join(dir, '6', 'head'), 300), /^signature_invalid: ABI 6: /],
  ['the head cut in its lines', (dir) => truncateSync(join(dir, '6', 'head'), 50), /^head_invalid: ABI 6: /],
  ['the head empty', (dir) => truncateSync(join(dir, '6', 'head')), /^head_invalid: ABI 6: /],
  [
    'another key',
    (dir) => writeRelease(dir, OTHER.signer),
    /^wrong_key: ABI 6: .*signed by [0-9a-f]{16}; trusted/,
  ],
  [
    'another key under this name',
    (dir) => writeRelease(dir, { ...OTHER.signer, keyId: KEY.signer.keyId }),
    /^signature_invalid/,
  ],
  [
    'the head of another ABI',
    (dir) => renameAbi(dir, 7),
    /^head_invalid: ABI 7: .*says that it is for ABI 6/,
  ],
  [
    'two releases',
    (dir) => writeRelease(dir, KEY.signer, FILES, { abi: 5, release: 9 }),
    /^head_invalid: .*different releases/,
  ],
  [
    'totals that do not fit',
    (dir) => writeRelease(dir, KEY.signer, FILES, { set: { files: 4, bytes: 1, blocks: 4 } }),
    /^manifest_invalid: ABI 6: The head says/,
  ],
  ['a path outside', (dir) => writeManifest(dir, KEY.signer, `../x 1 ${HASH}\n`), /^path_invalid: ABI 6: /],
  [
    'the device’s own room',
    (dir) => writeManifest(dir, KEY.signer, `data/anchors 1 ${HASH}\n`),
    /^path_reserved: ABI 6: /,
  ],
  [
    'the twin of the guard',
    (dir) => writeManifest(dir, KEY.signer, `boot.mpy 1 ${HASH}\n`),
    /^path_reserved: ABI 6: /,
  ],
  [
    'the device’s own room to FAT',
    (dir) => writeManifest(dir, KEY.signer, `data./anchors 1 ${HASH}\n`),
    /^path_invalid: ABI 6: /,
  ],
  [
    'a manifest cut short',
    (dir) => writeManifest(dir, KEY.signer, `x 1 ${HASH.slice(5)}`),
    /^manifest_invalid: ABI 6: /,
  ],
  [
    'a manifest of another size',
    (dir) =>
      writeManifest(dir, KEY.signer, '', { manifest: { size: 1, sha256: createHash('sha256').digest() } }),
    /^manifest_invalid: ABI 6: manifest: .*0 bytes, not 1/,
  ],
  ['a size that is not the blob’s', layWrongSize, /^manifest_invalid: ABI 6: x: .*2 bytes, not 3/],
  ['no head at all', (dir) => rmSync(join(dir, '6'), { recursive: true }), /^release_missing/],
  ['no folder', (dir) => rmSync(dir, { recursive: true }), /^release_missing/],
];

function renameAbi(dir: string, abi: number): void {
  mkdirSync(join(dir, String(abi)));
  writeFileSync(join(dir, String(abi), 'head'), readFileSync(join(dir, '6', 'head')));
}

function layWrongSize(dir: string): void {
  writeBlob(dir, Buffer.from('ab'));
  const hash = createHash('sha256').update('ab').digest('base64').slice(0, 43);
  writeManifest(dir, KEY.signer, `x 3 ${hash}\n`, { set: { files: 1, bytes: 3, blocks: 1 } });
}

t.test('the first fault, by code and place', async (t) => {
  for (const [name, damage, want] of DAMAGES) {
    const dir = makeFolder(t);
    writeRelease(dir, KEY.signer);
    damage(dir);
    t.match(await fault(dir), want, name);
  }
});

t.test('npm run verify: exit 0 and a summary, exit 1 and the fault', async (t) => {
  const dir = makeFolder(t);
  const verify = (...args: string[]) =>
    spawnSync(process.execPath, [SCRIPT, ...args], { cwd: dir, encoding: 'utf8' });
  mkdirSync(join(dir, 'keys'));
  writeFileSync(join(dir, 'keys', 'release.pub.pem'), publicPem(KEY.privateKey));
  writeFileSync(join(dir, 'other.pem'), publicPem(OTHER.privateKey));
  writeRelease(join(dir, 'bdist'), KEY.signer);

  const good = verify();
  t.equal(good.status, 0, good.stderr);
  t.match(good.stdout, `release 1763692800, key ${KEY.signer.keyId}`);
  t.match(good.stdout, 'ABI 6: 4 files, 26 bytes, 4 blocks');
  const wrong = verify('--key', 'other.pem');
  t.equal(wrong.status, 1);
  t.match(wrong.stderr, /^error wrong_key: ABI 6: /);
  t.equal(verify('--bdist', 'nowhere').status, 1);
  for (const args of [
    ['--keys', 'nowhere'],
    ['--key', 'nowhere.pem'],
  ]) {
    const { status, stderr } = verify(...args);
    t.equal(status, 1);
    t.match(
      stderr,
      /^error public_key_missing: There is .*\n {2}Get it from the keys\/ folder of the signer: release\.pub\.pem/,
    );
    t.notMatch(stderr, 'keygen', 'nobody needs a key of his own to check one');
  }
  writeFileSync(blobOf(join(dir, 'bdist'), 'import net\n'), '');
  const damaged = verify('--bdist', 'bdist', '--keys', 'keys');
  t.equal(damaged.status, 1);
  t.match(damaged.stderr, /^error blob_damaged: ABI 6: main\.py: .*\n {2}Build the release again/);
  t.equal(damaged.stdout, '');
});
