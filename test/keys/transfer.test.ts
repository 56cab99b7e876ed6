import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { generateKeys } from '../../server/keys/generate.js';
import { openKeyring } from '../../server/keys/keyring.js';
import { exportKeys, importKeys } from '../../server/keys/transfer.js';
import { codeOfAsync } from '../throws-code.js';
import { makeFolder } from './folder.js';

const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const NAMES = ['release.key.pem', 'release.pub.pem', 'release.crt.pem', 'enrolment.key'];

t.test('out of one folder, into another: the same four files', async (t) => {
  const base = makeFolder(t);
  const [from, to, file] = [join(base, 'from'), join(base, 'to'), join(base, 'bundle.pem')];
  const { keyId } = await generateKeys(from);
  t.same(await exportKeys(from, file), { keyId });
  t.equal(statSync(file).mode & 0o777, 0o600);
  openssl('pkey', '-in', file, '-noout');

  t.equal((await importKeys(to, file)).keyId, keyId);
  for (const name of NAMES) {
    t.same(readFileSync(join(to, name)), readFileSync(join(from, name)), name);
    t.equal(statSync(join(to, name)).mode, statSync(join(from, name)).mode, name);
  }
  t.same((await importKeys(to, file)).files, [], 'once more changes nothing');

  t.equal(await codeOfAsync(() => exportKeys(from, file)), 'key_exists', 'export never overwrites');
  const clone = join(base, 'clone');
  cpSync(join(from, 'release.pub.pem'), join(clone, 'release.pub.pem'));
  t.equal((await importKeys(clone, file)).files.length, 3, 'a public half that came with git fits');
});

t.test('import never overwrites another key, and then writes nothing', async (t) => {
  const base = makeFolder(t);
  const [from, other, file] = [join(base, 'from'), join(base, 'other'), join(base, 'bundle.pem')];
  await generateKeys(from);
  await exportKeys(from, file);
  cpSync(join(from, 'release.pub.pem'), join(other, 'release.pub.pem'));
  writeFileSync(join(other, 'release.crt.pem'), 'something else');
  t.equal(await codeOfAsync(() => importKeys(other, file)), 'key_exists');
  t.notOk(existsSync(join(other, 'release.key.pem')));
  t.notOk(existsSync(join(other, 'enrolment.key')));
});

t.test('a plain key of OpenSSL does as well, PKCS#1 or PKCS#8, with any line ends', async (t) => {
  const base = makeFolder(t);
  const texts = {
    pkcs1: openssl('genrsa', '-traditional', '2048'),
    pkcs8: openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'),
    crlf: openssl('genrsa', '2048').replaceAll('\n', '\r\n'),
  };
  for (const [name, text] of Object.entries(texts)) {
    const file = join(base, `${name}.pem`);
    writeFileSync(file, text);
    const { keyId, files } = await importKeys(join(base, name), file);
    t.equal(files.length, 4, name);
    const keyring = await openKeyring(join(base, name));
    t.equal(keyring.publicKey().keyId, keyId);
    t.equal(keyring.enrolmentMaster().length, 32);
  }
});

t.test('what is no key is refused', async (t) => {
  const base = makeFolder(t);
  const file = join(base, 'x.pem');
  t.equal(await codeOfAsync(() => importKeys(base, file)), 'key_missing');
  for (const text of ['', 'x', openssl('genrsa', '1024')]) {
    writeFileSync(file, text);
    t.equal(await codeOfAsync(() => importKeys(base, file)), 'key_invalid');
  }
});
