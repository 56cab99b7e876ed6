import { networkInterfaces } from 'node:os';
import t from 'tap';
import { BUILD, START } from '../../server/cli/commands.js';
import { helpText, parseFlags } from '../../server/cli/flags.js';
import { bannerText } from '../../server/process/banner.js';
import { buildConfig, startConfig } from '../../server/process/config.js';
import { AsyncDisposableStack } from '../../server/process/disposables.js';
import { addresses } from '../../server/process/listen.js';
import { createLog } from '../../server/process/log.js';
import { makeTestRelease } from '../release/made-release.js';
import { codeOf } from '../throws-code.js';

const start = (argv: string[], variables: Record<string, string> = {}) =>
  startConfig(parseFlags(START.flags, argv), variables);

t.test('the same flags and defaults everywhere', async (t) => {
  t.match(start([]), {
    device: 'device',
    bdist: 'bdist',
    keys: 'keys',
    port: 8267,
    host: '0.0.0.0',
    watch: true,
  });
  t.notOk('mirror' in start([]));
  t.match(start(['--no-watch', '--port', '0']), { watch: false, port: 0 });
  t.match(start(['--from', 'https://example.org/fw']), {
    mirror: { from: 'https://example.org/fw', interval: 60 },
  });
  t.equal(
    codeOf(() => start(['--key', 'x.pem'])),
    'config_invalid',
  );
  t.equal(buildConfig(parseFlags(BUILD.flags, ['--release', '5']), {}).release, 5);
  t.ok(Object.isFrozen(start([])));
  for (const flag of ['--device', '--bdist', '--keys', '--port', '--host', '--from', '--mpy-cross'])
    t.match(helpText(START), flag);
});

t.test('a proxy is trusted by its address or its network, and by nothing else', async (t) => {
  const proxies = ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/7'];
  t.same(start(proxies.flatMap((proxy) => ['--trust-proxy', proxy])).trustProxy, proxies);
  t.same(start([]).trustProxy, []);
  for (const wrong of ['nginx', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/x', 'true']) {
    t.equal(
      codeOf(() => start(['--trust-proxy', wrong])),
      'config_invalid',
      wrong,
    );
  }
});

t.test('S1.21 S1.19 reports: who is heard, and when a release is halted', async (t) => {
  t.match(start([]), { haltAt: 0.2, enrolledOnly: false, consoleOpen: false });
  t.match(start(['--enrolled-only', '--console-open', '--halt-at', '0.05']), {
    haltAt: 0.05,
    enrolledOnly: true,
    consoleOpen: true,
  });
  t.equal(start(['--halt-at', 'never']).haltAt, Number.POSITIVE_INFINITY);
  for (const share of ['0', '1', '1.0', '0.000001'])
    t.equal(start(['--halt-at', share]).haltAt, Number(share));
  for (const share of ['1.5', '-1', '20%', '.5', '1e-1', 'x', '']) {
    t.equal(
      codeOf(() => start([`--halt-at=${share}`])),
      'config_invalid',
      share,
    );
  }
  t.equal(
    codeOf(() => start(['--enrolled-only', '--from', 'x'])),
    'config_invalid',
  );
});

t.test('the environment', async (t) => {
  t.equal(start([], { SOURCE_DATE_EPOCH: '1700000000' }).sourceDate, 1_700_000_000);
  t.equal(start([], { LOG_LEVEL: 'debug' }).log.level, 'debug');
  t.equal(
    codeOf(() => start([], { LOG_LEVEL: 'loud' })),
    'config_invalid',
  );
  t.equal(
    codeOf(() => start([], { SOURCE_DATE_EPOCH: 'yesterday' })),
    'config_invalid',
  );
});

t.test('addresses to type', async (t) => {
  t.same(addresses('10.1.2.3', 80), ['http://10.1.2.3:80']);
  t.same(addresses('::1', 80), ['http://[::1]:80']);
  const own = Object.values(networkInterfaces())
    .flat()
    .filter((one) => one?.family === 'IPv4' && !one.internal);
  t.equal(addresses('0.0.0.0', 80).length, own.length + 1);
  t.equal(addresses('0.0.0.0', 80).at(-1), 'http://127.0.0.1:80');
});

t.test('the greeting says address, release, key and what to do next', async (t) => {
  const release = makeTestRelease({ 'a.txt': 'a' }, { number: 50 });
  const text = bannerText({
    urls: ['http://10.0.0.2:8267'],
    release,
    hints: ['Back up the key.'],
    device: 'device',
  });
  t.match(text, /release 50, key [0-9a-f]{16}\n.*http:\/\/10\.0\.0\.2:8267\n/);
  t.match(text, /npm run -s simulate -- --server http:\/\/10\.0\.0\.2:8267/);
  t.match(text, 'Back up the key.');
  t.match(bannerText({ urls: ['u'], release: undefined, hints: [], device: undefined }), /no release yet/);
});

t.test('secrets among the facts of a log line are not written', async (t) => {
  const lines: string[] = [];
  const log = await createLog(
    { level: 'info', pretty: false, colour: false },
    { write: (line) => void lines.push(line) },
  );
  log.info({ master: 'm1', wifi: { password: 'p1' }, deep: { secret: 's1' }, device: 'd1' }, 'facts');
  t.notMatch(lines.join(''), /m1|p1|s1/);
  t.match(lines.join(''), /d1/);
});

t.test('what was opened is closed once, in the opposite order', async (t) => {
  const closed: number[] = [];
  const stack = new AsyncDisposableStack();
  for (const i of [1, 2, 3]) stack.defer(() => closed.push(i));
  await stack.disposeAsync();
  await stack.disposeAsync();
  t.same(closed, [3, 2, 1]);
});

t.test('what cannot be closed keeps nothing else open, and is told', async (t) => {
  const closed: number[] = [];
  const stack = new AsyncDisposableStack();
  const stuck = (): never => {
    throw new Error('stuck');
  };
  stack.defer(() => closed.push(1));
  stack.defer(stuck);
  await t.rejects(stack.disposeAsync(), { message: 'stuck' });
  t.same(closed, [1]);
  stack.defer(stuck);
  stack.defer(() => closed.push(2));
  stack.defer(stuck);
  await t.rejects(stack.disposeAsync(), { errors: [{ message: 'stuck' }, { message: 'stuck' }] });
  t.same(closed, [1, 2]);
});
