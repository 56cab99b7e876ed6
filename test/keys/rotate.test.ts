/** S1.19: the ceremonies of docs/security.md, by the commands that a person types. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { rootKeyText } from '../../server/cli/trust-messages.js';
import { ensureKeys } from '../../server/keys/ensure.js';
import { generateRootKey } from '../../server/keys/generate.js';
import { openKeyring } from '../../server/keys/keyring.js';
import { readProjectTrust, writeRoot } from '../../server/keys/rotate.js';
import { parseRoot } from '../../server/signing/root.js';
import { makeKey } from '../signing/made-key.js';
import { signRoot } from '../signing/made-root.js';
import { codeOfAsync } from '../throws-code.js';
import { type Name, runIn } from './commands.js';
import { makeFolder } from './folder.js';

const scriptOf = (name: string) => fileURLToPath(new URL(`../../scripts/${name}.js`, import.meta.url));

/** A computer: a folder with keys of the fast kind, and the commands run in it. */
function computer(t: Test, key = makeKey()) {
  const dir = makeFolder(t);
  const layKey = (path: string, made = makeKey()) => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    const pem = made.privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeFileSync(join(dir, `${path}.key.pem`), pem, { mode: 0o600 });
    const open = spawnSync('openssl', ['pkey', '-pubout'], { input: pem }).stdout;
    writeFileSync(join(dir, `${path}.pub.pem`), open);
    return made.signer.keyId;
  };
  const id = layKey('keys/release', key);
  const run = (name: Name, ...args: string[]) => runIn(dir, name, ...args);
  const root = (version: number) => parseRoot(readFileSync(join(dir, 'keys', 'root', String(version))));
  const roles = (version: number) => root(version).keys.map(({ role, keyId }) => `${role} ${keyId}`);
  const inside = <T>(act: () => Promise<T>): Promise<T> => {
    process.chdir(dir);
    return act();
  };
  return { inside, dir, id, run, root, roles, layKey, path: (name: string) => join(dir, name) };
}

t.test('private development: one key signs its own successor, without any ceremony', async (t) => {
  const { run, roles, root, id, path } = computer(t);
  const made = await run('rotate', '--new');
  t.equal(made.status, 0, made.stderr);
  t.match(made.said, /^Made one more signing key, [0-9a-f]{16}.*\nMade root file 1: keys\/root\/1\n/);
  t.match(made.said, 'npm run build');
  const [, added = ''] = /signing key, (\w+)/.exec(made.said) ?? [];
  t.strictSame(
    roles(1),
    [`both ${id}`, `both ${added}`].toSorted().toSorted((a) => (a.includes(id) ? -1 : 1)),
  );
  t.equal(root(0).keyIds.length, 0, 'the first file is kept too: it begins the chain');
  t.equal(statSync(path(`keys/release-${added}.key.pem`)).mode & 0o777, 0o600);
  t.equal(statSync(path('keys/root/1')).mode & 0o777, 0o644);
  t.match(readFileSync(path('keys/.gitignore'), 'utf8'), '*.key.pem');

  const gone = await run('revoke', id);
  t.equal(gone.status, 0, gone.stderr);
  t.match(gone.said, 'Was the key stolen?');
  t.strictSame(roles(2), [`both ${added}`]);
  const keyring = await openKeyring(path('keys'));
  t.equal(keyring.publicKey().keyId, added);
  t.strictSame(
    keyring.signers().map(({ keyId }) => keyId),
    [added],
    'the old key signs nothing any more',
  );
  t.equal(keyring.trust.history.length, 3);
  t.equal((await run('rotate', '--epoch')).status, 0);
  t.equal(root(3).epoch, 1);

  rmSync(path(`keys/release-${added}.key.pem`));
  const lost = await openKeyring(path('keys'));
  t.equal(await codeOfAsync(async () => lost.signers()), 'key_untrusted');
});

t.test('an offline root key: hand over, change, revoke, with the key on a stick', async (t) => {
  const { run, roles, root, id, path, layKey, inside } = computer(t);
  const made = { said: rootKeyText(await inside(() => generateRootKey('stick'))) };
  t.match(
    made.said,
    /^Made the root key [0-9a-f]{16}\.\n {2}stick\/root\.key\.pem .*SECRET.*\n {2}stick\/root\.pub\.pem\n/,
  );
  t.match(made.said, /offline.*two memory sticks/);
  t.equal(statSync(path('stick/root.key.pem')).mode & 0o777, 0o600);
  const before = readFileSync(path('stick/root.key.pem'));
  t.equal(await codeOfAsync(() => inside(() => generateRootKey('stick'))), 'key_exists');
  t.ok(readFileSync(path('stick/root.key.pem')).equals(before), 'never overwritten');
  mkdirSync(path('half'));
  writeFileSync(path('half/root.pub.pem'), 'of another one');
  t.equal(await codeOfAsync(() => generateRootKey(path('half'))), 'key_exists');
  t.strictSame(readdirSync(path('half')), ['root.pub.pem'], 'nor half a pair laid beside it');
  const [, rootId = ''] = /root key (\w+)/.exec(made.said) ?? [];

  const over = await run('rotate', '--root-key', 'stick/root.key.pem', '--add-root', 'stick/root.pub.pem');
  t.equal(over.status, 0, over.stderr);
  t.strictSame(roles(1), [`root ${rootId}`, `release ${id}`]);
  t.strictSame([...root(1).keyIds].toSorted(), [id, rootId].toSorted(), 'signed by both');

  const second = layKey('friend/release');
  t.equal(
    (await run('rotate', '--add', 'friend/release.pub.pem')).status,
    0,
    'without the root key there is a draft',
  );
  t.notOk(existsSync(path('keys/root/2')));
  t.equal(
    (await run('rotate', '--root-key', 'stick/root.key.pem', '--add', 'friend/release.pub.pem')).status,
    0,
  );
  t.strictSame(roles(2), [`root ${rootId}`, `release ${id}`, `release ${second}`]);
  const revoked = await run('revoke', id, '--root-key', 'stick/root.key.pem', '--epoch');
  t.equal(revoked.status, 0, revoked.stderr);
  t.notMatch(revoked.said, 'Was the key stolen?', 'the epoch is new already');
  t.strictSame(roles(3), [`root ${rootId}`, `release ${second}`]);
  t.equal(root(3).epoch, 1);
  for (const { said } of [made, over, revoked]) t.notMatch(said, 'PRIVATE KEY');
});

t.test('the root key never touches this computer: a draft goes there and comes back', async (t) => {
  const online = computer(t);
  const offline = makeFolder(t);
  await generateRootKey(online.path('stick'));
  cpSync(online.path('stick'), offline, { recursive: true });
  rmSync(online.path('stick/root.key.pem'));
  const there = (...args: string[]) => runIn(offline, 'sign-offline', ...args);

  const draft = await online.run('rotate', '--add-root', 'stick/root.pub.pem');
  t.equal(draft.status, 0, draft.stderr);
  const [, rootId = ''] = /waits for the signature of (\w+)/.exec(draft.said) ?? [];
  t.match(
    draft.said,
    /^A draft of root file 1: keys\/root-draft\n {2}version 1, epoch 0.*\n {2}root +[0-9a-f]{16} {2}signs root files\n/,
  );
  t.match(draft.said, 'npm run sign-offline -- --root-key FILE root-draft');
  t.equal(
    (await online.run('rotate', '--signed', 'keys/root-draft')).error,
    'error root_change',
    'not before it is signed',
  );
  cpSync(online.path('keys/root-draft'), join(offline, 'root-draft'));

  t.equal((await there('--root-key', 'nowhere.pem', 'root-draft')).error, 'error key_missing');
  t.equal((await there('root-draft')).error, 'error config_invalid', 'no key');
  t.equal((await there('--root-key', 'root.key.pem')).error, 'error config_invalid', 'no file');
  t.equal((await there('--root-key', 'root.key.pem', 'nothing')).error, 'error config_invalid');
  writeFileSync(join(offline, 'noise'), 'soft-ota-root 1 \n\n');
  t.equal((await there('--root-key', 'root.key.pem', 'noise')).error, 'error root_invalid');
  const signed = await there('--root-key', 'root.key.pem', 'root-draft');
  t.equal(signed.status, 0, signed.stderr);
  t.match(
    signed.said,
    `root-draft is now signed by ${rootId}.\n  version 1, epoch 0, 1 signature for a release\n`,
  );
  t.match(signed.said, 'Every signature is there.');
  t.match((await there('--root-key', 'root.key.pem', 'root-draft')).said, 'was signed already');

  cpSync(join(offline, 'root-draft'), online.path('back'));
  const done = await online.run('rotate', '--signed', 'back');
  t.equal(done.status, 0, done.stderr);
  t.match(done.said, 'Root file 1 is signed and in place: keys/root/1');
  t.notOk(existsSync(online.path('keys/root-draft')), 'and nothing waits any more');
  t.strictSame(online.roles(1), [`root ${rootId}`, `release ${online.id}`]);
  t.equal((await online.run('rotate', '--signed', 'back')).error, 'error root_version', 'once');
  t.notOk(readdirSync(online.path('keys/root')).some((name) => name.includes('.new')));
});

t.test('what cannot be, is said, and nothing changes', async (t) => {
  const { run, id, path, layKey } = computer(t);
  const other = layKey('other/x');
  const cases: [Name, string, string[]][] = [
    ['rotate', 'root_change', []],
    ['rotate', 'root_change', ['--remove', other]],
    ['rotate', 'root_change', ['--add', 'keys/release.pub.pem']],
    ['rotate', 'root_change', ['--threshold', '2']],
    ['rotate', 'root_last', ['--remove', id]],
    ['rotate', 'root_change', ['--new', '--remove', other]],
    ['rotate', 'config_invalid', ['--threshold', '0']],
    ['rotate', 'key_missing', ['--add', 'nowhere.pem']],
    ['rotate', 'key_invalid', ['--add', 'keys/.gitignore']],
    ['rotate', 'key_missing', ['--root-key', 'nowhere.pem', '--epoch']],
    ['rotate', 'config_invalid', ['--signed', 'nowhere']],
    ['rotate', 'key_missing', ['--keys', 'nowhere', '--epoch']],
    ['revoke', 'config_invalid', []],
    ['revoke', 'root_last', [id]],
    ['revoke', 'root_change', [other]],
  ];
  writeFileSync(path('keys/.gitignore'), '*.key.pem\n');
  for (const [name, code, args] of cases) {
    const { status, error, stderr } = await run(name, ...args);
    t.strictSame([status, error], [1, `error ${code}`], `${name} ${args.join(' ')}: ${stderr}`);
    t.match(stderr, /\n {2}\S/, 'and what to do');
  }
  t.strictSame(readdirSync(path('keys')).toSorted(), ['.gitignore', 'release.key.pem', 'release.pub.pem']);
});

t.test('revoking the only key says how, and that way works', async (t) => {
  const { run, id, roles } = computer(t);
  const { stderr } = await run('revoke', id);
  t.match(stderr, `Without ${id} no key could change whom boards trust any more.`);
  t.match(stderr, 'npm run revoke -- --new KEY-ID');
  t.notMatch(stderr, 'Fetch');
  const { status, said } = await run('revoke', '--new', id);
  t.equal(status, 0);
  t.match(said, 'Made root file 1');
  t.equal(roles(1).length, 1);
  t.notMatch(roles(1), [`both ${id}`]);
});

t.test('a clone with root files gets no key that nobody trusts', async (t) => {
  const { run, path } = computer(t);
  await run('rotate', '--new');
  const clone = join(makeFolder(t), 'keys');
  cpSync(path('keys/root'), join(clone, 'root'), { recursive: true });
  t.equal(await codeOfAsync(() => ensureKeys(clone)), 'key_exists');
  t.strictSame(readdirSync(clone), ['root']);
  t.equal((await readProjectTrust(clone)).current.version, 1, 'to check, the root files are enough');
});

t.test('root files that were tampered with are not believed', async (t) => {
  const key = makeKey();
  const { run, path, dir } = computer(t, key);
  await run('rotate', '--new');
  const good = readFileSync(path('keys/root/1'));
  const forged: [string, Buffer, string][] = [
    [
      'edited',
      Buffer.from(good.toString('latin1').replace('threshold 1', 'threshold 2'), 'latin1'),
      'signature_invalid',
    ],
    ['cut short', good.subarray(0, 800), 'root_invalid'],
    ['empty', Buffer.alloc(0), 'root_invalid'],
    ["somebody else's", signRoot(makeKey(), { newEpoch: true }), 'wrong_key'],
  ];
  for (const [name, bytes, code] of forged) {
    writeFileSync(path('keys/root/1'), bytes);
    t.equal(await codeOfAsync(() => openKeyring(join(dir, 'keys'))), code, name);
    const { error, stderr } = await run('rotate', '--epoch');
    t.equal(error, `error ${code}`);
    t.match(stderr, 'keys/root/1: ', 'the file is named');
  }
  writeFileSync(path('keys/root/1'), good);
  writeFileSync(path('keys/root/3'), good);
  t.equal(await codeOfAsync(() => openKeyring(join(dir, 'keys'))), 'root_version', 'one is missing');
  rmSync(path('keys/root/3'));
  t.equal(await codeOfAsync(() => writeRoot(join(dir, 'keys'), good)), 'root_version');
});

t.test('each command tells what it does, in a process of its own', async (t) => {
  const { dir } = computer(t);
  const typed = (name: string, ...args: string[]) =>
    spawnSync(process.execPath, [scriptOf(name), ...args], { cwd: dir, encoding: 'utf8' });
  t.match(typed('rotate', '--help').stdout, /Usage: npm run rotate -- \[flags\] .*--root-key FILE .*--help/s);
  t.match(typed('revoke', '--help').stdout, 'npm run revoke -- [flags] KEY-ID...');
  t.match(typed('sign-offline', '--help').stdout, 'npm run sign-offline -- [flags] FILE...');
  const made = typed('keygen', '--root', '--out', 'stick');
  t.match([made.status, made.stdout], [0, /^Made the root key/]);
  const over = typed('rotate', '--root-key', 'stick/root.key.pem', '--add-root', 'stick/root.pub.pem');
  t.match([over.status, over.stdout], [0, /^Made root file 1: keys\/root\/1\n/], over.stderr);
  const alone = typed('revoke');
  t.match(
    [alone.status, alone.stderr],
    [1, /^error config_invalid: KEY-ID\.\.\. is missing\.\n {2}See --help/],
  );
});
