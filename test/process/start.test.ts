/** The commands as a user runs them, in processes of their own. */
import { createSocket } from 'node:dgram';
import { readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { headPath } from '../../server/release/layout.js';
import { writeRelease } from '../../server/release/write-release.js';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import { readTree } from '../release/made-project.js';
import { makeTestRelease } from '../release/made-release.js';
import { makeProject, runScript, startScript, write } from './made-project.js';

const KEYS = join(makeFolder(t), 'keys');
await writeReadyKeys(KEYS);
const STACK = /node_modules|\.js:\d|\bat .*:\d/;
const LOCAL = ['--port', '0', '--host', '127.0.0.1'];
const settle = () => new Promise((resolve) => setTimeout(resolve, 300));
const headAt = async (port: unknown) =>
  Buffer.from(await (await fetch(`http://127.0.0.1:${port}/6/head`)).arrayBuffer());

t.test('start: makes a key, builds, serves, follows a save, survives a kill', async (t) => {
  const dir = makeProject(t);
  const server = startScript(t, LOCAL, dir);
  const { port } = await server.line('listening');
  t.match(await server.line('development key made'), { key: /^[0-9a-f]{16}$/ });
  const first = await server.line('release published');
  t.equal(statSync(join(dir, 'keys', 'release.key.pem')).mode & 0o777, 0o600);
  t.same(await headAt(port), readFileSync(join(dir, 'bdist', '6', 'head')));
  await settle();

  const saved = performance.now();
  write(dir, 'net/wifi.py', 'def join():\n    return 2\n');
  const second = await server.line('release published');
  t.comment(`S1.5 save → served in ${Math.round(performance.now() - saved)} ms`);
  t.ok(Number(second.release) > Number(first.release));
  const served = await headAt(port);
  t.same(served, readFileSync(join(dir, 'bdist', '6', 'head')));

  write(dir, 'net/wifi.py', 'def join(:\n');
  t.match(await server.line('build failed'), { code: 'source_syntax', reason: /net\/wifi\.py:1/ }, 'S1.3');
  t.same(await headAt(port), served, 'S1.3 the old release is still served');
  const status = await fetch(`http://127.0.0.1:${port}/status.json`);
  t.match(await status.json(), { build: { state: 'failed', code: 'source_syntax' } });
  const other = runScript('build', [], dir);
  t.match([other.status, other.stderr], [1, /^error folder_locked: Process \d+ works in/]);
  t.equal(server.errors(), '');
  server.child.kill('SIGKILL');
  await server.exit;

  const again = startScript(t, [...LOCAL, '--no-watch'], dir);
  const next = await again.line('listening');
  await again.line('build failed');
  t.same(await headAt(next.port), served, 'the last release, while the sources are wrong');
  again.child.kill('SIGINT');
  t.equal(await again.exit, 0);

  truncateSync(headPath(join(dir, 'bdist'), 6), 100);
  const third = startScript(t, [...LOCAL, '--no-watch'], dir);
  const last = await third.line('listening');
  t.match(await third.line('last release not served'), { code: 'head_invalid' });
  await third.line('build failed');
  const answer = await fetch(`http://127.0.0.1:${last.port}/6/head`);
  t.match([answer.status, await answer.json()], [503, { code: 'not_ready' }]);
  third.child.kill('SIGKILL');
});

t.test('what stops a start: a sentence with a code, exit code 1, no stack', async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.teardown(() => taken.close());
  const port = String((taken.address() as AddressInfo).port);
  const dir = makeProject(t, KEYS);
  const cases: [string[], RegExp][] = [
    [
      ['--port', port, '--host', '127.0.0.1'],
      /^error port_in_use: Port \d+ on 127\.0\.0\.1 is in use\.\n {2}Stop the program/,
    ],
    [['--port', '99999'], /^error config_invalid: --port/],
    [[...LOCAL, '--from', 'nowhere', '--key', 'missing.pem'], /^error public_key_missing/],
  ];
  for (const [args, expected] of cases) {
    const { status, stderr } = runScript('start', args, dir);
    t.equal(status, 1, args.join(' '));
    t.match(stderr, expected);
    t.notMatch(stderr, STACK);
  }
});

t.test('beside another server on the UDP port: it says what boards need now, and serves', async (t) => {
  const other = createSocket('udp4');
  await new Promise<void>((resolve) => other.bind(0, '0.0.0.0', resolve));
  t.teardown(() => new Promise<void>((resolve) => other.close(resolve)));
  const { port } = other.address();
  const server = startScript(
    t,
    ['--port', String(port), '--host', '127.0.0.1', '--no-watch'],
    makeProject(t, KEYS),
  );
  t.match(await server.line('boards cannot find this server by asking'), {
    port,
    reason: `Another program, maybe another soft-ota, answers on UDP port ${port}.`,
    todo: /--server URL/,
  });
  await server.line('release published');
  server.child.kill('SIGTERM');
  t.equal(await server.exit, 0);
});

t.test('build: a summary; without a key an error; the same bytes whatever the surroundings', async (t) => {
  t.match(runScript('build', [], makeProject(t)), { status: 1, stderr: /^error key_missing: / });
  const sources = [
    ['main.py', 'print(1)\n'],
    ['net/__init__.py', ''],
    ['a.html', 'é'],
    ['Z.css', 'b{}'],
  ];
  const surroundings = [
    { env: { TZ: 'Asia/Kathmandu', LC_ALL: 'C' }, mask: 0o077, files: sources },
    { env: { TZ: 'America/New_York', LC_ALL: 'de_DE.UTF-8' }, mask: 0o000, files: sources.toReversed() },
  ];
  const [one, two] = surroundings.map(({ env, mask, files }) => {
    const dir = makeProject(t, KEYS);
    rmSync(join(dir, 'device'), { recursive: true });
    for (const [path = '', text = ''] of files) write(dir, path, text);
    const before = process.umask(mask);
    const result = runScript('build', ['--release', '7'], dir, { ...env, SOURCE_DATE_EPOCH: '1700000000' });
    process.umask(before);
    t.match([result.status, result.stderr], [0, '']);
    t.match(
      result.stdout,
      /^Release 7 in bdist, key [0-9a-f]{16}\.\n {2}\.mpy 6 .*: 4 files, \d+ bytes, 4 blocks\n/,
    );
    const bdist = join(dir, 'bdist');
    t.same(
      new Set([...readTree(bdist).keys()].map((path) => statSync(join(bdist, path)).mode & 0o777)),
      new Set([0o644]),
    );
    return readTree(bdist);
  });
  t.same(one, two);
  t.match(String(one?.get('6/head')), /\ncreated 1700000000\n/);
});

t.test('a mirror: no private key, the same bytes, and the last copy when the source is gone', async (t) => {
  const from = join(makeFolder(t), 'bdist');
  const [first, second] = [1, 2].map((number) => makeTestRelease({ 'a.txt': `${number}` }, { number }));
  if (first === undefined || second === undefined) throw new Error('two releases');
  await writeRelease(from, first);
  const dir = makeFolder(t);
  const mirror = startScript(t, [...LOCAL, '--from', from], dir);
  const { port } = await mirror.line('listening');
  await mirror.line('signature unchecked: no public key');
  await mirror.line('release copied');
  t.same(await headAt(port), first.heads.get(6)?.bytes);
  t.notOk(
    [...readTree(dir).keys()].some((path) => path.startsWith('keys')),
    'it makes no key',
  );
  await settle();
  await writeRelease(from, second);
  await mirror.line('release copied');
  t.same(await headAt(port), second.heads.get(6)?.bytes, 'a folder is watched');
  rmSync(from, { recursive: true });
  t.match(await mirror.line('mirror failed'), { code: 'mirror_failed' });
  t.same(await headAt(port), second.heads.get(6)?.bytes);
  mirror.child.kill('SIGTERM');
  t.equal(await mirror.exit, 0);
});

t.test('soft-ota <command> is the same as npm run <command>', async (t) => {
  const dir = makeFolder(t);
  t.match(runScript('soft-ota', [], dir), { status: 0, stdout: /^Usage: soft-ota <command>/ });
  t.match(runScript('soft-ota', ['build', '--help'], dir), {
    status: 0,
    stdout: /soft-ota build .*--bdist DIR/s,
  });
  t.match(runScript('soft-ota', ['build'], dir), {
    status: 1,
    stderr: /^error key_missing: .*\n {2}Make one with "npx soft-ota keygen"/,
  });
  t.match(runScript('build', [], dir), { status: 1, stderr: /Make one with "npm run keygen"/ });
  t.match(runScript('soft-ota', ['bench'], dir), {
    status: 1,
    stderr: /^error config_invalid: "bench" .*: npm run bench, in a checkout of it/,
  });
  t.match(runScript('soft-ota', ['nonsense'], dir), {
    status: 1,
    stderr: /^error config_invalid: There is no command "nonsense"/,
  });
});
