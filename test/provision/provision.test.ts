import { spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { provisionOptions } from '../../server/cli/provision-command.js';
import { publicPem } from '../../server/keys/pem.js';
import { type ProvisionOptions, prepareBoard, provision } from '../../server/provision/provision.js';
import { parseManifest } from '../../server/signing/manifest.js';
import { firstRoot } from '../../server/signing/root.js';
import { makeFolder } from '../keys/folder.js';
import { FILES, writeRelease } from '../signing/made-bdist.js';
import { makeKey } from '../signing/made-key.js';
import { codeOfAsync } from '../throws-code.js';

const KEY = makeKey();
const OTHER = makeKey();
const MASTER = Buffer.alloc(32, 0x5a);
const SCRIPT = fileURLToPath(new URL('../../scripts/provision.js', import.meta.url));
const PEM = KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

interface World {
  readonly dir: string;
  readonly options: ProvisionOptions;
}

/** A project with keys and sources, and no release yet. */
function makeWorld(t: Parameters<typeof makeFolder>[0]): World {
  const dir = makeFolder(t);
  const lay = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text, { mode });
  };
  lay('keys/release.key.pem', PEM, 0o600);
  lay('keys/release.pub.pem', publicPem(KEY.privateKey));
  lay('keys/enrolment.key', `${MASTER.toString('hex')}\n`, 0o600);
  lay('device/boot.py', 'print("guard")\r\n');
  lay('device/main.py', 'import net\n');
  lay('device/net.py', 'x = 1\n');
  lay('device/ota/client.py', 'x = 2\n');
  lay('device/plug/menu.html', '<p>\n');
  const at = (name: string): string => join(dir, name);
  const options = {
    board: 's20',
    wifi: [],
    noWifi: true,
    out: at('out'),
    keys: at('keys'),
    bdist: at('bdist'),
    device: at('device'),
  };
  return { dir, options };
}

/** Every file of a folder by its path. */
function filesOf(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(files.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}

const text = (files: Map<string, Buffer>, path: string): string | undefined =>
  files.get(path)?.toString('latin1');

type Checks = Pick<typeof t, 'same' | 'equal'>;

/** The manifest names exactly what lies there, and the rescue client is a copy. */
function checkSet(t: Checks, files: Map<string, Buffer>): void {
  const manifest = parseManifest(files.get('data/manifest') ?? Buffer.from('none'));
  const own = [...files.keys()].filter((path) => !/^(?:boot\.py$|\.gitignore$|data\/|rescue\/)/.test(path));
  t.same(manifest.map((entry) => entry.path).toSorted(), own.toSorted());
  for (const { path, size, sha256 } of manifest) {
    const bytes = files.get(path) ?? Buffer.from('none');
    t.equal(bytes.length, size, path);
    t.same(createHash('sha256').update(bytes).digest(), sha256, path);
    if (/^(?:net\.|ota\/)/.test(path)) t.same(files.get(`rescue/${path}`), bytes, `rescue/${path}`);
  }
}

t.test('from the current release: its files, its head and its manifest as they are', async (t) => {
  const { options } = makeWorld(t);
  writeRelease(options.bdist, KEY.signer);
  writeRelease(options.bdist, KEY.signer, { ...FILES, 'net.mpy': 'M\x05 net' }, { abi: 5 });
  const report = await provision({
    ...options,
    server: 'http://10.0.0.1:8267/',
    id: '7c9ebd11',
    wait: 5,
    wifi: [['home', 'hunter22']],
    noWifi: false,
  });
  const files = filesOf(options.out);
  checkSet(t, files);
  t.same(
    [...files.keys()],
    [
      '.gitignore',
      'boot.py',
      'data/anchors',
      'data/enrol',
      'data/head',
      'data/manifest',
      'data/ota.json',
      'data/wifi.json',
      'empty.txt',
      'main.py',
      'net.mpy',
      'ota/client.mpy',
      'rescue/net.mpy',
      'rescue/ota/client.mpy',
    ],
  );
  t.same(files.get('data/head'), readFileSync(join(options.bdist, '6', 'head')));
  t.equal(text(files, 'boot.py'), 'print("guard")\n', 'with the line ends that a build gives it');
  t.equal(text(files, 'data/ota.json'), '{"server":"http://10.0.0.1:8267","wait":5,"board":"s20"}\n');
  t.equal(text(files, 'data/wifi.json'), '{"networks":[["home","hunter22"]]}\n');
  t.equal(text(files, 'data/anchors'), firstRoot(KEY.publicKey).bytes.toString('latin1'));
  const k = createHmac('sha256', MASTER).update('7c9ebd11').digest('hex');
  t.equal(text(files, 'data/enrol'), `7c9ebd11 ${k}\n`, 'K of protocol §5');
  t.equal(text(files, '.gitignore'), '*\n', 'a board is never committed');
  t.strictSame(readdirSync(join(options.out, 'update')), [], 'what a full flash has no block for');
  t.match(report, { id: '7c9ebd11', keyId: KEY.signer.keyId, release: 1763692800, files: 13, networks: 1 });

  await provision({ ...options, out: `${options.out}5`, abi: 5 });
  t.equal(text(filesOf(`${options.out}5`), 'net.mpy'), 'M\x05 net');
});

t.test('without a release: the sources, compiled, and no head', async (t) => {
  const { dir, options } = makeWorld(t);
  const back = process.cwd();
  process.chdir(dir);
  t.teardown(() => process.chdir(back));
  mkdirSync(options.out);
  const report = await provision(options);
  const files = filesOf(options.out);
  checkSet(t, files);
  t.notOk(files.has('data/head'));
  t.notOk(files.has('data/wifi.json'));
  t.equal(report.release, undefined);
  t.match(report.id, /^[0-9a-f]{12}$/);
  t.equal(text(files, 'data/ota.json'), '{"wait":15,"board":"s20"}\n');
  t.same(files.get('net.mpy')?.subarray(0, 2), Buffer.from('M\x06'));
  t.equal(text(files, 'main.py'), 'import net\n');
  await provision({ ...options, out: `${options.out}5`, abi: 5 });
  t.same(filesOf(`${options.out}5`).get('net.mpy')?.subarray(0, 2), Buffer.from('M\x05'));
});

t.test('files are for the owner alone, and no secret of the project is among them', async (t) => {
  const { options } = makeWorld(t);
  writeRelease(options.bdist, KEY.signer);
  await provision(options);
  const everything = Buffer.concat([...filesOf(options.out).values()]).toString('latin1');
  t.notMatch(everything, /PRIVATE/);
  t.notOk(everything.includes(MASTER.toString('hex')));
  t.notOk(everything.includes(MASTER.toString('latin1')));
  for (const line of PEM.split('\n').slice(1, -2))
    if (everything.includes(line)) t.fail('the private key is there');
  for (const path of filesOf(options.out).keys()) {
    if ((statSync(join(options.out, path)).mode & 0o077) !== 0) t.fail(`others may read ${path}`);
  }
  t.equal(statSync(options.out).mode & 0o777, 0o700);
});

t.test('two boards have two names and two keys', async (t) => {
  const { options } = makeWorld(t);
  writeRelease(options.bdist, KEY.signer);
  await provision(options);
  await provision({ ...options, out: `${options.out}2` });
  const enrolled = [options.out, `${options.out}2`].map(
    (out) => text(filesOf(out), 'data/enrol')?.split(' ') ?? [],
  );
  t.not(enrolled[0]?.[0], enrolled[1]?.[0]);
  t.not(enrolled[0]?.[1], enrolled[1]?.[1]);
});

type Change = (world: World) => Partial<ProvisionOptions> | undefined;
const REFUSED: [string, string, Change][] = [
  ['an unknown board', 'config_invalid', () => ({ board: 's99' })],
  ['a name that every object has', 'config_invalid', () => ({ board: 'toString' })],
  ['https', 'config_invalid', () => ({ server: 'https://10.0.0.1' })],
  ['no URL', 'config_invalid', () => ({ server: '10.0.0.1' })],
  ['a URL with a query', 'config_invalid', () => ({ server: 'http://a/?b' })],
  ['a URL with a name and a password', 'config_invalid', () => ({ server: 'http://a:b@c' })],
  ['an id that is no hex', 'config_invalid', () => ({ id: 'plug&1' })],
  ['a wait without end', 'config_invalid', () => ({ wait: 1e9 })],
  ['a short password', 'config_invalid', () => ({ wifi: [['home', 'short']] })],
  ['a password that WPA does not know', 'config_invalid', () => ({ wifi: [['home', 'pässword']] })],
  ['no network, and nobody said so', 'config_invalid', () => ({ noWifi: false })],
  ['networks, and none', 'config_invalid', () => ({ wifi: [['home', 'hunter22']] })],
  ['among the sources', 'config_invalid', ({ dir }) => ({ out: join(dir, 'device/out') })],
  ['the sources themselves', 'config_invalid', ({ dir }) => ({ out: join(dir, 'device') })],
  ['deep among the sources, by another name', 'config_invalid', throughLink],
  ['among what is served', 'config_invalid', ({ dir }) => ({ out: join(dir, 'bdist/x/out') })],
  ['no keys', 'key_missing', ({ dir }) => ({ keys: join(dir, 'nowhere') })],
  ['a full folder', 'out_not_empty', ({ dir }) => ({ out: join(dir, 'keys') })],
  ['a file', 'out_not_empty', ({ dir }) => ({ out: join(dir, 'keys/release.pub.pem') })],
  ['an ABI that was not built', 'abi_unknown', () => ({ abi: 5 })],
  ['a board that the release is not for', 'board_unknown', () => ({ board: 'pow' })],
  ['no guard', 'source_missing', ({ dir }) => ({ device: join(dir, 'keys') })],
  ['a release of another key', 'wrong_key', ({ options }) => void writeRelease(options.bdist, OTHER.signer)],
  ['a damaged blob', 'blob_damaged', ({ options }) => damage(options.bdist)],
];

function throughLink({ dir }: World): Partial<ProvisionOptions> {
  symlinkSync(join(dir, 'device'), join(dir, 'boards'));
  return { out: join(dir, 'boards/kitchen/one') };
}

function damage(bdist: string): undefined {
  for (const name of readdirSync(join(bdist, 'blobs'))) writeFileSync(join(bdist, 'blobs', name), 'x');
}

t.test('what is wrong is said before anything is written', async (t) => {
  for (const [name, code, change] of REFUSED) {
    const world = makeWorld(t);
    writeRelease(world.options.bdist, KEY.signer);
    const options = { ...world.options, ...change(world) };
    t.equal(await codeOfAsync(() => provision(options)), code, name);
    t.notOk(readdirSync(world.dir).includes('out'), name);
  }
});

t.test('without a network: the plug opens its own, and everything is said before it is made', async (t) => {
  const { options } = makeWorld(t);
  writeRelease(options.bdist, KEY.signer, { ...FILES, 'plug/portal.mpy': 'M\x06 portal' });
  const { notes, files } = await prepareBoard({ ...options, noWifi: false });
  t.match(notes, [/^No Wi-Fi network is given: the plug opens one of its own/]);
  t.ok(files.length > 0);
  t.notOk(existsSync(options.out));
  writeRelease(options.bdist, KEY.signer, { ...FILES, 'large.txt': 'x'.repeat(40 * 4096) });
  t.match((await prepareBoard(options)).notes, [/^No Wi-Fi/, /needs 1\d\d of the 99 blocks of s20/]);
});

t.test('an address that is the board itself is refused where real boards are made', async (t) => {
  const given = { out: 'x', board: 's20', wifi: ['home:hunter22'], 'no-wifi': false, wait: 15, abi: 6 };
  const folders = { device: 'device', bdist: 'bdist', keys: 'keys' };
  const code = (server: string) =>
    codeOfAsync(() =>
      provisionOptions({ ...given, ...folders, server, id: undefined, 'wifi-file': undefined }),
    );
  for (const host of [
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    '127.0.0.1',
    '127.1',
    '0.0.0.0',
    '0',
    '[::1]',
    '[::]',
  ])
    for (const rest of ['', ':8267', '/ota'])
      t.equal(await code(`http://${host}${rest}`), 'config_invalid', host + rest);
  for (const host of ['10.0.0.1', 'localhost.example.org', '127.example.org', 'my-localhost', '1270.0.0.1'])
    t.equal(await code(`http://${host}:8267`), 'ok', host);
});

t.test('npm run provision: says what to type, and never a secret', async (t) => {
  const { dir, options } = makeWorld(t);
  writeRelease(options.bdist, KEY.signer);
  writeFileSync(join(dir, 'wifi.json'), '{"networks":[["work","correcthorse"]]}');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [SCRIPT, ...args], { cwd: dir, encoding: 'utf8' });
  const good = run('--out', 'new board', '--wifi', 'home:hunter22', '--wifi-file', 'wifi.json');
  t.equal(good.status, 0, good.stderr);
  t.match(good.stdout, 'esptool --port PORT erase-flash\n');
  t.match(good.stdout, 'write-flash --flash-size=1MB --flash-mode dout 0 FIRMWARE.bin\n');
  t.match(good.stdout, 'erase_flash');
  t.match(good.stdout, `cd '${join(dir, 'new board')}'\n`);
  t.match(
    good.stdout,
    /mpremote connect PORT cp -r [a-z. ]*boot\.py data [a-z. ]*main\.py [a-z. ]*rescue update : \+ reset\n/,
  );
  t.match(good.stdout, 'knows 2 Wi-Fi networks');
  const outputs = [
    good,
    run('--out', 'new board'),
    run('--out', 'x', '--wifi', 'home:hunter2'),
    run('--out', 'x', '--wifi', 'correcthorse'),
    run('--out', 'x', '--board', 'nope', '--no-wifi'),
    run(),
    run('--help'),
  ];
  t.same(
    outputs.map(({ status }) => status),
    [0, 1, 1, 1, 1, 1, 0],
  );
  t.match(outputs[4]?.stderr, 'Known are: s20, s26, s31, oittm, pow.');
  const all = outputs.map(({ stdout, stderr }) => stdout + stderr).join('');
  const k = readFileSync(join(dir, 'new board/data/enrol'), 'latin1').split(' ')[1]?.trim() ?? '';
  t.equal(k.length, 64);
  for (const secret of [
    k,
    'hunter2',
    'correcthorse',
    MASTER.toString('hex'),
    ...PEM.split('\n').slice(1, -2),
  ]) {
    if (all.includes(secret)) t.fail('a secret was printed');
  }
});
