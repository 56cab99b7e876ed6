import { createHash } from 'node:crypto';
import t from 'tap';
import { freshKey, freshMac } from '../../../server/signing/fresh.js';
import { MacKey } from '../../../server/signing/hmac.js';
import { KEY, makeTestRelease } from '../../release/made-release.js';
import {
  bodyOf,
  codeOfAnswer,
  headersOf,
  lineWith,
  MASTER,
  makeServer,
  Raw,
  statusOf,
} from '../made-server.js';

const RELEASE = makeTestRelease(
  { 'a.txt': 'a', 'b.txt': 'b' },
  { number: 50, boards: ['s20'], abis: [5, 6] },
);
const HEAD = RELEASE.heads.get(6);
if (HEAD === undefined) throw new Error('no head');
const BYTES = HEAD.bytes.toString('latin1');
const QUERY = `id=7c9ebd11&have=50&key=${KEY.publicKey.keyId}&board=s20&mpy=9990&fw=1.27.0&tree=${HEAD.tree}&nonce=0011223344556677`;

t.test('the whole exchange with a current device stays below 1 KB', async (t) => {
  const { port } = await makeServer(t, RELEASE, { master: MASTER });
  const request = `GET /6/head?${QUERY} HTTP/1.1\r\nHost: 192.168.100.100:8267\r\n\r\n`;
  const raw = new Raw(port);
  const answer = await raw.ask(request);
  await raw.end();
  t.equal(bodyOf(answer), BYTES);
  const names = headersOf(answer).map((line) => line.slice(0, line.indexOf(':')));
  t.same(names, ['soft-ota-fresh', 'content-type', 'cache-control', 'content-length'], 'and no other header');
  t.ok(request.length + answer.length <= 1024, `${request.length} B asked + ${answer.length} B answered`);
});

t.test('a head over a kept connection, and over one that the client wants closed', async (t) => {
  const { port } = await makeServer(t, RELEASE);
  const raw = new Raw(port);
  t.equal(bodyOf(await raw.get('/6/head')), BYTES);
  t.equal(bodyOf(await raw.get('/6/head?have=1')), BYTES);
  const last = await raw.get('/6/head', 'Connection: close\r\n');
  t.equal(bodyOf(last), BYTES);
  t.ok(headersOf(last).includes('connection: close'));
  await raw.closed;
  const old = new Raw(port);
  t.equal(bodyOf(await old.ask('GET /6/head HTTP/1.0\r\n\r\n')), BYTES, 'HTTP/1.0');
  await old.closed;
});

t.test('HEAD gives the headers alone', async (t) => {
  const { base } = await makeServer(t, RELEASE);
  const response = await fetch(`${base}/6/head`, { method: 'HEAD' });
  t.equal(response.status, 200);
  t.equal(response.headers.get('content-length'), String(HEAD.bytes.length));
  t.equal(await response.text(), '');
});

t.test('freshness: a MAC that the device can compute too, for any id, stateless', async (t) => {
  const { base } = await makeServer(t, RELEASE, { master: MASTER });
  const nonce = 'aabbccddeeff0011';
  const response = await fetch(`${base}/6/head?id=plug-1&nonce=${nonce}`);
  const [time = '', mac = ''] = response.headers.get('soft-ota-fresh')?.split(' ') ?? [];
  const hash = createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest();
  t.equal(mac, freshMac(new MacKey(freshKey(MASTER, 'plug-1')), nonce, Number(time), hash));
  t.ok(Math.abs(Number(time) - Date.now() / 1000) < 5);
  for (const query of ['id=plug-1', `nonce=${nonce}`]) {
    t.equal((await fetch(`${base}/6/head?${query}`)).headers.get('soft-ota-fresh'), null, query);
  }
  const without = await makeServer(t, RELEASE);
  const bare = await fetch(`${without.base}/6/head?id=plug-1&nonce=${nonce}`);
  t.equal(bare.headers.get('soft-ota-fresh'), null, 'a server without the master');
});

t.test('refusals have their status and code', async (t) => {
  const { port, base } = await makeServer(t, RELEASE);
  const cases: [string, number, string][] = [
    ['/7/head', 404, 'abi_unknown'],
    ['/6/head?board=s99', 409, 'board_unknown'],
    ['/6/head?fw=1.12.0', 409, 'firmware_old'],
    ['/06/head', 400, 'request_invalid'],
  ];
  for (const [path, status, code] of cases) {
    const raw = new Raw(port);
    const answer = await raw.get(path);
    await raw.end();
    t.same([statusOf(answer), codeOfAnswer(answer)], [status, code], path);
    t.notMatch(answer, /node_modules|\.js:\d|\bat .*:\d/, 'no stack');
  }
  t.equal((await fetch(`${base}/6/head?unknown=field`)).status, 200, 'unknown fields are ignored');
});

t.test('a device with many anchors names all of them', async (t) => {
  const { base, fleet } = await makeServer(t, RELEASE);
  const nine = Array.from({ length: 9 }, (_, i) => String(i).repeat(16));
  await (await fetch(`${base}/6/head?id=a&key=${nine.join(',')}`)).arrayBuffer();
  t.same(fleet.registry.find('a')?.keys, nine);
});

t.test('an empty field says as much as a missing one', async (t) => {
  const { base, fleet } = await makeServer(t, RELEASE, { master: MASTER });
  const answer = await fetch(`${base}/6/head?id=&have=3&board=&fw=&tree=&key=&nonce=0011223344556677`);
  t.equal(answer.status, 200, 'no board is no unknown board');
  t.equal(answer.headers.get('soft-ota-fresh'), null, 'no name, no key, no proof');
  await answer.arrayBuffer();
  t.match(fleet.registry.latest(9), [{ id: '127.0.0.1', have: 3, board: undefined, tree: undefined }]);
});

t.test('who says nothing of itself is a visitor and no device', async (t) => {
  const { port, lines, fleet } = await makeServer(t, RELEASE);
  const visit = async (...paths: string[]) => {
    lines.length = 0;
    const raw = new Raw(port);
    for (const path of paths) await raw.get(path);
    await raw.end();
    for (let i = 0; i < 400 && lines.length === 0; i += 1) await new Promise((done) => setTimeout(done, 5));
    return lines;
  };
  t.match(await visit('/6/head'), [{ msg: 'visitor served', level: 30, sent: 0 }]);
  t.match(await visit('/6/head', `/blobs/${HEAD.manifest}`), [{ msg: 'visitor served', level: 30 }]);
  t.match(await visit('/7/head'), [{ msg: 'visitor refused', code: 'abi_unknown' }]);
  t.same([fleet.registry.size, fleet.connected], [0, 0], 'the console lists devices only');
});

t.test('503 until there is a release', async (t) => {
  const { base, releases } = await makeServer(t);
  for (const path of ['/6/head', '/health']) {
    const response = await fetch(base + path);
    t.equal(response.status, 503, path);
    t.match(await response.json(), { code: 'not_ready' });
  }
  releases.activate(RELEASE);
  t.match(await (await fetch(`${base}/health`)).json(), {
    status: 'ok',
    release: 50,
    key: KEY.publicKey.keyId,
    abis: [5, 6],
  });
});

t.test('S1.18 one line for each device when its connection closes', async (t) => {
  const { port, lines, releases } = await makeServer(t, RELEASE);
  const visit = async (query: string, ...paths: string[]) => {
    lines.length = 0;
    const raw = new Raw(port);
    await raw.get(`/6/head?${query}`);
    for (const path of paths) await raw.get(path);
    t.same(lines, [], 'nothing while it is connected');
    await raw.end();
    const line = await lineWith(lines, lines[0]?.msg ?? 'device current').catch(() => lines[0]);
    t.equal(lines.length, 1);
    return line;
  };
  const file = HEAD.entries[0]?.sha256.toString('hex');
  t.match(await visit(`id=a&board=s20&have=50&tree=${HEAD.tree}`), {
    msg: 'device current',
    device: 'a',
    board: 's20',
    files: 2,
    current: 2,
    sent: 0,
    bytes: HEAD.bytes.length,
    from: 50,
    to: 50,
  });
  t.match(await visit('id=b&have=49', `/blobs/${HEAD.manifest}`, `/blobs/${file}`), {
    msg: 'device fetched',
    device: 'b',
    files: 2,
    sent: 1,
    reason: 'It has fetched 1 file, of 2 at most; waiting for it to say that it runs release 50.',
    from: 49,
    to: 50,
    ms: Number,
    bytes: HEAD.bytes.length + HEAD.head.manifest.size + 2,
  });
  t.match(
    await visit('id=c&have=49', `/blobs/${HEAD.manifest}`),
    { msg: 'device fetched', sent: 0 },
    'only deletions',
  );
  t.match(await visit('id=d&have=49'), { msg: 'device asked', level: 30, to: 50, reason: /fetched nothing/ });
  t.match(await visit('id=e&board=s99'), {
    msg: 'device refused',
    code: 'board_unknown',
    reason: /not for the board "s99"/,
  });
  t.match(await visit('id=f&key=0123456789abcdef'), {
    msg: 'device refused',
    code: 'wrong_key',
    reason: new RegExp(`0123456789abcdef; .*${KEY.publicKey.keyId}`),
  });
  t.ok(releases.current);
});

t.test('S1.18 several devices over one connection, as through a proxy, have a line each', async (t) => {
  const { port, lines } = await makeServer(t, RELEASE);
  const raw = new Raw(port);
  await raw.get(`/6/head?id=a&have=50&tree=${HEAD.tree}`);
  await raw.get(`/6/head?id=b&have=50&tree=${HEAD.tree}`);
  await raw.get('/6/head?id=c&have=1');
  await raw.get(`/blobs/${HEAD.manifest}`);
  await raw.end();
  await lineWith(lines, 'device fetched');
  t.same(
    lines.map(({ device, msg }) => `${device} ${msg}`),
    ['a device current', 'b device current', 'c device fetched'],
  );
});

t.test('a device that goes away inside an answer has left', async (t) => {
  const large = makeTestRelease({ 'a.bin': 'x'.repeat(900_000) }, { number: 60 });
  const many = [...large.blobs.keys()].filter((hash) => hash !== large.heads.get(6)?.manifest);
  const { port, lines } = await makeServer(t, large);
  const raw = new Raw(port);
  await raw.get('/6/head?id=gone&have=1');
  raw.socket.pause();
  for (let i = 0; i < 30; i += 1) raw.socket.write(`GET /blobs/${many[0]} HTTP/1.1\r\nHost: test\r\n\r\n`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  raw.socket.destroy();
  t.match(await lineWith(lines, 'device left'), { device: 'gone', sent: 1, current: undefined });
});

t.test('the console knows who asked, without secrets', async (t) => {
  const { base } = await makeServer(t, RELEASE, { master: MASTER });
  await (await fetch(`${base}/6/head?id=seen&have=3&board=s20&nonce=0011223344556677`)).arrayBuffer();
  const status = await (await fetch(`${base}/status.json`)).text();
  t.match(JSON.parse(status), {
    release: {
      number: 50,
      key: KEY.publicKey.keyId,
      sets: [{ abi: 5 }, { abi: 6, files: [{ path: 'a.txt', size: 2 }, {}] }],
    },
    seen: 1,
    devices: [{ id: 'seen', have: 3, board: 's20', address: '127.0.0.1' }],
  });
  t.notMatch(status, /nonce|0011223344556677|master|private/);
  const page = await fetch(base);
  t.match(await page.text(), /<title>soft-ota<\/title>/);
  t.match(page.headers.get('content-security-policy'), /default-src 'self'/);
  for (const file of ['console.js', 'console.css', 'icon.svg'])
    t.equal((await fetch(`${base}/${file}`)).status, 200, file);
});
