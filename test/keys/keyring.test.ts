import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { hasCode } from '../../server/errors.js';
import { ensureKeys } from '../../server/keys/ensure.js';
import { generateKeys } from '../../server/keys/generate.js';
import { openKeyring, readPublicKey, readReleaseKey } from '../../server/keys/keyring.js';
import { signHead } from '../../server/signing/sign.js';
import { verifyHead } from '../../server/signing/verify.js';
import { FIELDS, makeKey } from '../signing/made-key.js';
import { codeOf, codeOfAsync } from '../throws-code.js';
import { makeFolder } from './folder.js';

const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** Keys of the fast kind: what generateKeys lays down, without node-forge. */
function layQuickly(dir: string): void {
  const { privateKey } = makeKey();
  writeFileSync(join(dir, 'release.key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  writeFileSync(join(dir, 'enrolment.key'), `${'5a'.repeat(32)}\n`, { mode: 0o600 });
}

t.test(
  'keygen: a key that signs, a certificate that OpenSSL takes, private files for the owner alone',
  async (t) => {
    const dir = join(makeFolder(t), 'keys');
    const before = process.umask(0);
    t.teardown(() => process.umask(before));
    const { keyId, files } = await generateKeys(dir);
    process.umask(before);

    t.same(
      files,
      ['enrolment.key', 'release.key.pem', 'release.pub.pem', 'release.crt.pem'].map((name) =>
        join(dir, name),
      ),
    );
    t.equal(modeOf(join(dir, 'release.key.pem')), 0o600);
    t.equal(modeOf(join(dir, 'enrolment.key')), 0o600);
    t.equal(modeOf(join(dir, 'release.pub.pem')), 0o644);
    t.match(readFileSync(join(dir, 'enrolment.key'), 'utf8'), /^[0-9a-f]{64}\n$/);
    t.same(readFileSync(join(dir, '.gitignore'), 'utf8').split('\n'), [
      '*.key.pem',
      'enrolment.key',
      '*.new',
      '',
    ]);

    const keyring = await openKeyring(dir);
    t.equal(keyring.publicKey().keyId, keyId);
    t.equal(keyring.enrolmentMaster().length, 32);
    const bytes = signHead(FIELDS, keyring.signers()[0]);
    t.equal(verifyHead(bytes, [await readReleaseKey(dir)]).release, FIELDS.release);

    const certificate = join(dir, 'release.crt.pem');
    t.match(openssl('verify', '-CAfile', certificate, certificate), /OK/);
    const text = openssl('x509', '-in', certificate, '-noout', '-text');
    t.match(text, `CN = soft-ota ${keyId}`);
    t.match(text, 'Dec 31 23:59:59 9999 GMT');
    t.same(await readPublicKey(certificate), keyring.publicKey(), 'a certificate does as a public key');
    openssl(
      'pkey',
      '-pubin',
      '-in',
      join(dir, 'release.pub.pem'),
      '-outform',
      'DER',
      '-out',
      join(dir, 'der'),
    );
    t.equal(
      openssl('dgst', '-sha256', '-r', join(dir, 'der')).slice(0, 16),
      keyId,
      'the key id of protocol §2',
    );
  },
);

t.test('keygen never overwrites, and keeps an enrolment master', async (t) => {
  const dir = makeFolder(t);
  layQuickly(dir);
  const before = readFileSync(join(dir, 'release.key.pem'));
  t.equal(await codeOfAsync(() => generateKeys(dir)), 'key_exists');
  t.same(readFileSync(join(dir, 'release.key.pem')), before);
  t.notOk(existsSync(join(dir, 'release.pub.pem')), 'nothing was written at all');

  const clone = makeFolder(t);
  writeFileSync(join(clone, 'release.pub.pem'), 'the public half that came with git');
  t.equal(await codeOfAsync(() => generateKeys(clone)), 'key_exists');
  t.equal(
    await codeOfAsync(() => ensureKeys(clone)),
    'key_exists',
    'npm start makes none in its place either',
  );

  const rotated = makeFolder(t);
  writeFileSync(join(rotated, 'enrolment.key'), `${'5a'.repeat(32)}\n`, { mode: 0o600 });
  await generateKeys(rotated);
  t.same((await openKeyring(rotated)).enrolmentMaster(), Buffer.alloc(32, 0x5a));
});

t.test('npm start makes a development key on first use, and only then', async (t) => {
  const dir = join(makeFolder(t), 'new', 'keys');
  const first = await ensureKeys(dir);
  const second = await ensureKeys(dir);
  t.same([first.made, second.made], [true, false]);
  t.equal(first.keyring.publicKey().keyId, second.keyring.publicKey().keyId);
});

t.test('a secret file that others may read is refused, for root too', async (t) => {
  for (const name of ['release.key.pem', 'enrolment.key']) {
    const dir = makeFolder(t);
    layQuickly(dir);
    const path = join(dir, name);
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o601, 0o644]) {
      chmodSync(path, mode);
      const error = await openKeyring(dir).catch((error: unknown) => error);
      if (!hasCode(error, 'key_mode')) throw error;
      t.match(error.message, `chmod 600 ${path}`);
      t.match(error.message, `mode ${mode.toString(8)}`);
    }
    chmodSync(path, 0o400);
    t.equal(await codeOfAsync(() => openKeyring(dir)), 'ok');
  }
});

t.test('what is missing or no key is said, and its content is not', async (t) => {
  const dir = makeFolder(t);
  t.equal(await codeOfAsync(() => openKeyring(dir)), 'key_missing');
  t.equal(await codeOfAsync(() => readReleaseKey(dir)), 'key_missing');
  const path = join(dir, 'release.key.pem');
  const { privateKey } = makeKey();
  const cases: [string, string | Buffer][] = [
    ['no PEM', 'hunter2'],
    ['empty', ''],
    ['cut', privateKey.export({ type: 'pkcs8', format: 'pem' }).slice(0, 900)],
    ['elliptic', openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256')],
    ['1024 bits', openssl('genrsa', '1024')],
    ['exponent 3', openssl('genrsa', '-3', '2048')],
    ['a passphrase', openssl('genrsa', '-aes128', '-passout', 'pass:hunter2', '2048')],
  ];
  for (const [name, text] of cases) {
    writeFileSync(path, text, { mode: 0o600 });
    const error = await openKeyring(dir).catch((error: unknown) => error);
    t.ok(hasCode(error, 'key_invalid'), name);
    t.notMatch(String(error), /hunter2|BEGIN/, name);
  }
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'release.key.pem'), { mode: 0o700 });
  t.equal(await codeOfAsync(() => openKeyring(folder)), 'key_invalid', 'a folder');
});

t.test('a CI that only signs needs no enrolment master', async (t) => {
  const dir = makeFolder(t);
  layQuickly(dir);
  writeFileSync(join(dir, 'enrolment.key'), 'no hex', { mode: 0o600 });
  t.equal(await codeOfAsync(() => openKeyring(dir)), 'key_invalid', 'a damaged one is an error at once');
  execFileSync('rm', [join(dir, 'enrolment.key')]);
  const keyring = await openKeyring(dir);
  t.ok(keyring.signers()[0].sign(Buffer.from('x')));
  t.equal(
    codeOf(() => keyring.enrolmentMaster()),
    'key_missing',
  );
  t.same(readdirSync(dir), ['release.key.pem']);
});

t.test('a file that this user may not read is said, not crashed on', async (t) => {
  const dir = makeFolder(t);
  layQuickly(dir);
  chmodSync(join(dir, 'release.key.pem'), 0o000);
  const want = process.getuid?.() === 0 ? 'ok' : 'access_denied';
  t.equal(await codeOfAsync(() => openKeyring(dir)), want, 'root may read everything');
});
