/** S1.19: changes of trust as a user makes and publishes them, in processes of their own. */
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { builtText } from '../../server/build/built.js';
import { BUILD, DOWNGRADE } from '../../server/cli/commands.js';
import { parseFlags } from '../../server/cli/flags.js';
import { errorText } from '../../server/cli/run-command.js';
import { generateFurtherKey } from '../../server/keys/generate.js';
import { build } from '../../server/process/build.js';
import { buildConfig, downgradeConfig } from '../../server/process/config.js';
import { headPath } from '../../server/release/layout.js';
import { parseHead } from '../../server/signing/head.js';
import { type Name, runIn } from '../keys/commands.js';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import { makeProject, runScript, startScript } from './made-project.js';

/** A build in this process, as if it was typed; what it says or its error. */
async function typed(dir: string, name: 'build' | 'downgrade', ...argv: string[]): Promise<string> {
  process.chdir(dir);
  try {
    const config =
      name === 'build'
        ? buildConfig(parseFlags(BUILD.flags, argv))
        : downgradeConfig(parseFlags(DOWNGRADE.flags, argv));
    return builtText(await build(config));
  } catch (error) {
    return errorText(error);
  }
}

const KEYS = join(makeFolder(t), 'keys');
const FIRST = (await writeReadyKeys(KEYS)).keyId;
const LOCAL = ['--port', '0', '--host', '127.0.0.1', '--no-watch'];
const headOf = (dir: string) => parseHead(readFileSync(headPath(join(dir, 'bdist'), 6))).head;
const fetchBytes = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer());

t.test('build → rotate → build → verify → start → mirror', async (t) => {
  const dir = makeProject(t, KEYS);
  const run = (name: Name, ...args: string[]) => runIn(dir, name, ...args);
  t.match(await typed(dir, 'build'), /^Release \d+ in bdist, key/);
  const { release } = headOf(dir);
  t.equal((await run('rotate', '--new')).status, 0);
  t.equal((await run('revoke', FIRST)).status, 0);
  const again = new RegExp(`^Release ${release} as it was, signed again, in bdist, key [0-9a-f]{16}\\.\n`);
  t.match(await typed(dir, 'build'), again);
  t.match(await typed(dir, 'build'), /^Nothing new/);
  t.strictSame([headOf(dir).release, headOf(dir).root], [release, 2]);
  const verified = runScript('verify', [], dir);
  t.equal(verified.status, 0, verified.stderr);
  t.match(verified.stdout, 'root file 2, epoch 0, threshold 1');
  t.notMatch(verified.stdout, 'warning');
  t.equal(
    runScript('verify', ['--key', 'keys/root/0'], dir).status,
    0,
    'as a board that sleeps since the first one',
  );

  const server = startScript(t, LOCAL, dir);
  const { port } = await server.line('listening');
  await server.line('release unchanged');
  const url = `http://127.0.0.1:${port}`;
  t.same(await fetchBytes(`${url}/root/2`), readFileSync(join(dir, 'keys', 'root', '2')));
  const copy = makeFolder(t);
  const mirror = startScript(t, [...LOCAL, '--from', url, '--key', join(dir, 'keys/release.pub.pem')], copy);
  const at = await mirror.line('listening');
  await mirror.line('release copied');
  const there = `http://127.0.0.1:${at.port}`;
  t.same(
    await fetchBytes(`${there}/root/1`),
    readFileSync(join(dir, 'keys', 'root', '1')),
    'through a mirror too',
  );
  t.same(await fetchBytes(`${there}/6/head`), await fetchBytes(`${url}/6/head`));
  mirror.child.kill('SIGTERM');
  server.child.kill('SIGTERM');
  await Promise.all([mirror.exit, server.exit]);
  const alone = startScript(
    t,
    [...LOCAL, '--from', 'http://127.0.0.1:9', '--key', join(dir, 'keys/root/0')],
    copy,
  );
  const left = await alone.line('listening');
  await alone.line('mirror failed');
  const served = await fetchBytes(`http://127.0.0.1:${left.port}/6/head`);
  t.same(served, readFileSync(headPath(join(dir, 'bdist'), 6)), 'and without its source');

  rmSync(join(dir, 'keys', 'root'), { recursive: true });
  t.match(await typed(dir, 'build'), /^error root_version: bdist holds root file 2, the keys here end at 0/);
});

t.test('two laptops and two signatures', async (t) => {
  const dir = makeProject(t, KEYS);
  const second = makeFolder(t);
  const { keyId, files } = await generateFurtherKey(second);
  const rotated = await runIn(dir, 'rotate', '--add', files[1] ?? '', '--threshold', '2');
  t.equal(rotated.status, 0, rotated.stderr);
  const first = runScript('build', [], dir);
  t.match(first.stdout, `NOT READY: boards refuse it until ${keyId} signed it as well.`, first.stderr);
  t.match(runScript('build', [], dir).stdout, 'NOT READY', 'said again when nothing has changed');
  t.match(runScript('verify', [], dir).stderr, 'error signature_invalid: ABI 5');
  const signed = await runIn(dir, 'sign-offline', '--key', files[0] ?? '', 'bdist');
  t.equal(signed.status, 0, signed.stderr);
  t.notMatch(await typed(dir, 'build'), 'NOT READY');

  const other = makeProject(t);
  mkdirSync(join(other, 'keys'));
  cpSync(files[0] ?? '', join(other, 'keys', 'release.key.pem'));
  cpSync(join(dir, 'keys', 'root'), join(other, 'keys', 'root'), { recursive: true });
  t.match(await typed(other, 'build'), `NOT READY: boards refuse it until ${FIRST}`);
  const server = startScript(t, LOCAL, other);
  t.match(
    await server.line('build failed'),
    { code: 'threshold_unmet' },
    'no server gives out what boards refuse',
  );
});

t.test('expiry and lower numbers by their flags', async (t) => {
  const dir = makeProject(t, KEYS);
  await typed(dir, 'build', '--expires', '30', '--release', '2000000000');
  t.ok((headOf(dir).expires ?? 0) > Date.now() / 1000 + 29 * 86_400);
  t.match(await typed(dir, 'build', '--expires', '90'), 'signed again');
  const low = runScript('downgrade', ['--to', '7'], dir);
  t.equal(low.status, 0, low.stderr);
  t.strictSame([headOf(dir).release, headOf(dir).downgrade], [7, 2_000_000_000]);
  t.match(await typed(dir, 'downgrade'), /^error config_invalid: --to N is missing/);
  const above = await typed(dir, 'downgrade', '--to', '9', '--from', '8');
  t.match(above, /^error release_number: Release 9 is not below release 8/);
  t.match(runScript('downgrade', ['--help'], dir).stdout, 'Usage: npm run downgrade');
  t.match(await typed(dir, 'build', '--expires', '0'), 'error config_invalid');
});
