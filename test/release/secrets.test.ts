import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { packed } from '../../server/build/compile/gzip.js';
import { checkSecrets } from '../../server/release/secrets.js';
import { makeKey } from '../signing/made-key.js';
import { codeOf } from '../throws-code.js';

const { privateKey } = makeKey();
const pem = (type: 'pkcs1' | 'pkcs8') => privateKey.export({ type, format: 'pem' }).toString();
const der = (type: 'pkcs1' | 'pkcs8') => privateKey.export({ type, format: 'der' });
const PKCS8 = pem('pkcs8');
const EC = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const LOCKED = createPrivateKey(PKCS8)
  .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' })
  .toString();
const ENROL = `7c9ebd11 ${'5a'.repeat(32)}\n`;

const REFUSED: [string, string, string | Buffer][] = [
  ['a key in PKCS#8', 'release.key.pem', PKCS8],
  ['a key in PKCS#1, by another name', 'notes.txt', pem('pkcs1')],
  ['a locked one', 'k', LOCKED],
  ['one for elliptic curves', 'k', EC.export({ type: 'sec1', format: 'pem' }).toString()],
  ['with the line ends of Windows', 'k', PKCS8.replaceAll('\n', '\r\n')],
  ['behind other text', 'k', `# mine\n\n${PKCS8}`],
  ['in a Python string', 'main.py', `KEY = "${PKCS8.replaceAll('\n', '\\n')}"\n`],
  ['in a string of several lines', 'main.py', `K = (\n${PKCS8.replace(/^(.*)$/gm, '    "$1\\n"')}\n)\n`],
  ['in a compiled file', 'k.mpy', Buffer.from(`M\x06\0\x1f${PKCS8}\0`, 'latin1')],
  ['in a packed script', 'app.js', packed(Buffer.from(`/* ota: gzip */\nconst k = \`${PKCS8}\`;\n`))],
  ['DER, as TLS on boards wants it', 'client.der', der('pkcs8')],
  ['DER in PKCS#1', 'client.der', der('pkcs1')],
  ['DER for elliptic curves', 'client.der', EC.export({ type: 'sec1', format: 'der' })],
  ['of OpenSSH', 'id', `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3Bl'.repeat(17)}\n`],
  ['of PuTTY', 'id.ppk', 'PuTTY-User-Key-File-3: ssh-ed25519\n'],
  ['an enrolment key', 'kitchen/data/enrol', ENROL],
  ['an enrolment key, by another name', 'x', ENROL.trim()],
  ['another file in its place', 'kitchen/data/enrol', ''],
  ['what keygen exports', 'x', `-----BEGIN SOFT-OTA ENROLMENT-----\n${'5a'.repeat(32)}\n`],
  ['networks of a board', 'kitchen/data/wifi.json', '{"networks":[["open",""],["home","hunter22"]]}\n'],
  ['networks, by another name', 'config.json', '{\n "networks": [["home", "hunter22"]]\n}'],
];

const FINE: [string, string, string | Buffer][] = [
  [
    'code that reads keys',
    'pem.py',
    'HEAD = "-----BEGIN PRIVATE KEY-----"\nTAIL = "-----END PRIVATE KEY-----"\n',
  ],
  ['a public key', 'k.pem', `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(64)}\n-----END PUBLIC KEY-----\n`],
  ['a certificate', 'ca.pem', `-----BEGIN CERTIFICATE-----\n${'A'.repeat(64)}\n-----END CERTIFICATE-----\n`],
  ['a text that begins like DER', '0.txt', '0 is a number\n'],
  ['open networks', 'wifi.json', '{"networks":[["guests",""]]}'],
  ['other networks', 'x.json', '{"networks":["10.0.0.0/8"]}'],
  ['what is no JSON', 'x.js', 'const a = {"networks": [["home", b]]};'],
  ['half a gzip', 'x.gz', Buffer.from([0x1f, 0x8b, 1, 2])],
  ['a hash beside its file', 'main.sha256', `${'5a'.repeat(32)}  main.py\n`],
];

const code = (path: string, content: string | Buffer) =>
  codeOf(() =>
    checkSecrets([
      { path: 'main.py', bytes: Buffer.alloc(0) },
      { path, bytes: Buffer.from(content) },
    ]),
  );

t.test('no release holds a secret, by its content and whatever its name', async (t) => {
  for (const [name, path, content] of REFUSED) t.equal(code(path, content), 'secret_in_set', name);
});

t.test('what only looks like one passes', async (t) => {
  for (const [name, path, content] of FINE) t.equal(code(path, content), 'ok', name);
});

t.test('the message names the file and not the secret', async (t) => {
  t.throws(
    () => checkSecrets([{ path: 'a/wifi.json', bytes: Buffer.from('{"networks":[["home","hunter22"]]}') }]),
    {
      message: 'a/wifi.json holds Wi-Fi passwords.',
    },
  );
});
