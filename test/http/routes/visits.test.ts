/** What the server says of a visit: what it knows until the device asks again, and then what the device has proven. */
import t, { type Test } from 'tap';
import { openProxy } from '../../proxy.js';
import { KEY, makeTestRelease } from '../../release/made-release.js';
import { enrolled, lineWith, MASTER, makeServer, Raw, type ServerOptions, signed } from '../made-server.js';

const FILES = { 'a.txt': 'a', 'b.txt': 'b', 'c.txt': 'c' };
const OLD = makeTestRelease(FILES, { number: 50 });
const NEW = makeTestRelease({ ...FILES, 'b.txt': 'new', 'c.txt': 'new, too' }, { number: 51 });
const AGAIN = makeTestRelease(FILES, { number: 52 });
const HEAD = headOf(NEW);
const [B = '', C = ''] = HEAD.entries.slice(1).map(({ sha256 }) => sha256.toString('hex'));
const HAS_OLD = `have=50&tree=${headOf(OLD).tree}`;
const HAS_NEW = `have=51&tree=${HEAD.tree}`;

function headOf(release: typeof OLD) {
  const head = release.heads.get(6);
  if (head === undefined) throw new Error('no head');
  return head;
}

/** A server that has served OLD and serves NEW now. */
async function serve(t: Test, options: ServerOptions = {}) {
  const server = await makeServer(t, OLD, { master: MASTER, ...options });
  server.releases.activate(NEW);
  /** Requests over one connection, which the client closes. */
  const visit = async (...paths: string[]) => over(server.port, paths);
  const status = async () => (await fetch(`${server.base}/status.json`)).json() as Promise<Status>;
  const shown = async (id: string) => {
    const { state = '', message } = (await status()).devices.find((device) => device.id === id) ?? {};
    return message === undefined ? state : `${state}: ${message}`;
  };
  const visits = () => server.lines.filter(({ msg }) => msg.startsWith('device ')).map(({ msg }) => msg);
  return { ...server, visit, status, shown, visits };
}

interface Status {
  readonly current: number;
  readonly devices: readonly { readonly id: string; readonly state: string; readonly message?: string }[];
}

async function over(port: number, paths: readonly string[], headers = ''): Promise<void> {
  const raw = new Raw(port);
  for (const path of paths) await raw.get(path, headers);
  await raw.end();
}

const blob = (hash: string, id = 'a') => signed(`blobs/${hash}?id=${id}`, id);
const update = [enrolled('a', HAS_OLD), blob(HEAD.manifest), blob(B), blob(C)];

t.test('a board has updated when it says so, and not before', async (t) => {
  const { visit, shown, lines } = await serve(t);
  await visit(enrolled('a', HAS_OLD), blob(HEAD.manifest), blob(B), blob(C));
  t.match(await lineWith(lines, 'device fetched'), {
    files: 3,
    current: 1,
    sent: 2,
    of: 2,
    from: 50,
    to: 51,
  });
  const text = 'It has fetched all 2 files that it lacked; waiting for it to say that it runs release 51.';
  t.equal(await shown('a'), `device fetched: ${text}`);
  await visit(enrolled('a', HAS_NEW));
  t.match(await lineWith(lines, 'device updated'), { current: 1, sent: 2, from: 50, to: 51, proven: true });
  t.equal(await shown('a'), 'device current');
  await visit(enrolled('a', HAS_NEW));
  t.match(await lineWith(lines, 'device current'), { current: 3, sent: 0 });
});

t.test('a board that fetches all and refuses it is never called updated, nor current', async (t) => {
  const { visit, shown, lines, visits } = await serve(t);
  for (let boot = 0; boot < 3; boot += 1) {
    await visit(enrolled('a', HAS_OLD), blob(HEAD.manifest), blob(B), blob(C));
    t.match(
      await shown('a'),
      boot === 0 ? /^device fetched: It has/ : /fetched 2 files, and still has 50\.$/,
    );
  }
  t.same(visits(), ['device fetched', 'device fetched', 'device fetched']);
  await visit(enrolled('a', HAS_OLD));
  t.match(await lineWith(lines, 'device asked'), {
    level: 40,
    reason: /nothing.*51 before.*2 files.*has 50/,
  });
});

t.test('a board that says why it refused: code and sentence in log and page', async (t) => {
  const { visit, shown, lines, status } = await serve(t);
  await visit(enrolled('a', HAS_OLD), blob(HEAD.manifest));
  t.match(await lineWith(lines, 'device left'), {
    sent: 0,
    of: 2,
    reason: 'It went away and has fetched 0 of 2 files.',
  });
  await visit(enrolled('a', `${HAS_OLD}&said=set_too_big`));
  t.match(await lineWith(lines, 'device refused'), { level: 40, code: 'set_too_big', reason: /do not fit/ });
  t.match(await shown('a'), /^device refused: The board says: set_too_big, the new files do not fit/);
  t.match(await status(), { devices: [{ said: 'set_too_big' }] });
  await visit(enrolled('a', `${HAS_OLD}&said=constructor`));
  t.equal(await shown('a'), 'device refused: The board says: constructor.', 'an unknown code is text');
  await visit(enrolled('a', `${HAS_OLD}&said=${'x'.repeat(65)}`));
  t.match(await shown('a'), /^device asked/, 'and one without its form is none');
  await visit(enrolled('a', `${HAS_NEW}&said=set_too_big`));
  t.equal(await shown('a'), 'device current', 'it runs the release: what it said is over');
});

t.test('current is measured by the release that is served now', async (t) => {
  const { visit, shown, status, releases } = await serve(t);
  await visit(enrolled('a', HAS_NEW));
  await visit(enrolled('b', HAS_OLD));
  t.same([await shown('a'), (await status()).current], ['device current', 1]);
  releases.activate(AGAIN);
  t.equal(await shown('a'), 'device behind: It has not asked since release 52 is served. It had 51.');
  t.equal(await shown('b'), 'device behind: It has not asked since release 52 is served. It had 50.');
  t.equal((await status()).current, 0);
  await visit(enrolled('a', `have=52&tree=${headOf(AGAIN).tree}`));
  t.equal(await shown('a'), 'device current');
  releases.activate(NEW);
  t.match(await shown('a'), /^device behind/, 'also when the server goes back');
});

t.test('a release with the same files: nothing to fetch is no refusal', async (t) => {
  const { visit, lines, releases } = await serve(t);
  releases.activate(OLD);
  releases.activate(AGAIN);
  await visit(enrolled('a', HAS_OLD));
  t.match(await lineWith(lines, 'device fetched'), {
    level: 30,
    sent: 0,
    of: 0,
    reason: /nothing to fetch, no file differs/,
  });
  await visit(enrolled('a', `have=52&tree=${headOf(AGAIN).tree}`));
  t.match(await lineWith(lines, 'device updated'), { from: 50, to: 52, sent: 0 });
});

t.test('a board that follows a rotation goes on over another connection: one visit', async (t) => {
  const { visit, lines, visits } = await serve(t);
  await visit(enrolled('a', HAS_OLD), signed('root/1?id=a', 'a'));
  await visit(blob(HEAD.manifest), blob(B), blob(C));
  t.match(await lineWith(lines, 'device fetched'), { sent: 2, of: 2 });
  t.same(visits(), ['device fetched']);
});

t.test('a client of HTTP/1.0, and one behind a proxy: a visit is a device, not a connection', async (t) => {
  for (const [name, isEnrolled] of [
    ['enrolled', true],
    ['a stranger', false],
  ] as const) {
    const { port, base, lines, shown, visits } = await serve(t);
    const proxy = await openProxy(t, () => port);
    const bare = [`/6/head?id=a&${HAS_OLD}`, ...[HEAD.manifest, B, C].map((hash) => `/blobs/${hash}`)];
    const [question = '', manifest = '', ...files] = isEnrolled
      ? [enrolled('a', HAS_OLD), ...update.slice(1)]
      : bare;
    await over(proxy.port, [question]);
    t.equal(await shown('a'), 'device asks', name);
    await over(proxy.port, [manifest, files[0] ?? '']);
    t.equal(await shown('a'), 'device fetching: 1 of 2 files', name);
    await over(port, [files[1] ?? ''], 'Connection: close\r\n');
    t.match(await lineWith(lines, 'device fetched'), { sent: 2, of: 2 }, name);
    await over(proxy.port, [isEnrolled ? enrolled('a', HAS_NEW) : `/6/head?id=a&${HAS_NEW}`]);
    await lineWith(lines, 'device updated');
    t.same(visits(), ['device fetched', 'device updated'], name);
    t.ok(base);
  }
});

t.test('behind a proxy silence ends a visit, and so does the end of the server', async (t) => {
  const { port, lines, shown, fleet } = await serve(t, { quietMs: 30 });
  const proxy = await openProxy(t, () => port);
  await over(proxy.port, [enrolled('a', HAS_OLD)]);
  t.match(await lineWith(lines, 'device asked'), { sent: 0, of: 2 });
  t.match(await shown('a'), /^device asked/);
  t.equal(fleet.connected, 0);
  const slow = await serve(t);
  await over((await openProxy(t, () => slow.port)).port, [enrolled('a', HAS_OLD)]);
  t.same([slow.visits(), slow.fleet.connected], [[], 1]);
  slow.fleet.close();
  t.same([slow.visits(), slow.fleet.connected], [['device asked'], 0]);
});

t.test('strangers behind a proxy: its word where they are counts only if it is trusted', async (t) => {
  const { port, fleet } = await serve(t);
  await over(port, ['/6/head?have=50'], 'X-Forwarded-For: 10.0.0.7\r\n');
  t.match(fleet.registry.latest(9), [{ id: '127.0.0.1' }]);
  const trusting = await serve(t, { trustProxy: ['127.0.0.1'] });
  for (const from of ['10.0.0.7', '10.0.0.8', 'nonsense']) {
    await over(trusting.port, ['/6/head?have=50'], `X-Forwarded-For: ${from}\r\n`);
  }
  const ids = trusting.fleet.registry.latest(9).map(({ id }) => id);
  t.same(ids, ['127.0.0.1', '10.0.0.8', '10.0.0.7']);
});

t.test('files that a mirror fetches are no progress of a board at the same address', async (t) => {
  const { port, shown, visit } = await serve(t);
  const board = new Raw(port);
  await board.get(`/6/head?id=a&${HAS_OLD}`);
  await visit(`/blobs/${B}`, `/blobs/${C}`);
  t.equal(await shown('a'), 'device asks');
  await board.end();
});

t.test('a board with a higher number hears both, and what to type', async (t) => {
  const { visit, shown, lines } = await serve(t);
  await visit(enrolled('a', 'have=53'));
  const { reason } = await lineWith(lines, 'device refused');
  t.match(reason, /has release 53; this server offers 51/);
  t.match(reason, /npm run downgrade -- --to 51 --from 53\b/);
  t.match(lines.at(-1), { level: 40, code: 'rollback', from: 53, to: 51 });
  t.match(await shown('a'), /^device refused: The board has release 53/);
  await visit(enrolled('a', `have=${2 ** 32}`));
  t.match(await shown('a'), /No release can be above it: .*npm run rotate -- --epoch/);
});

t.test('visits are bounded', async (t) => {
  const { fleet, releases } = await serve(t);
  const verdict = fleet.decide(6, { keys: [], have: 50 });
  const response = { writableFinished: true, shouldKeepAlive: false };
  for (let i = 0; i < 30_000; i += 1) {
    const gone = { ip: `10.0.${i >> 8}.${i & 255}`, raw: { socket: closing() } };
    fleet.asked(gone, response as never, 6, { keys: [], id: `id-${i}`, have: 50 }, verdict);
    if (i % 100 === 0) await null;
  }
  t.ok(fleet.connected <= 20_000, `${fleet.connected} wait`);
  fleet.close();
  t.equal(fleet.connected, 0);
  t.ok(releases.current && KEY);
});

/** A connection that is over as soon as somebody looks. */
function closing(): never {
  return { once: (_: string, end: () => void) => queueMicrotask(end), readableEnded: true } as never;
}
