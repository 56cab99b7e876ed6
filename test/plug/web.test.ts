/** The page as a server: clients that are slow, broken, large, many, or strangers. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { answer, exchange, get, online, open } from './raw-http.js';

/** Used by all tests that leave it as it was. */
const plug = await online(t);

t.test('S1.57 a slow client and a broken one block neither page nor button', async (t) => {
  const plug = await online(t, { clock: 'driven' });
  const slow = open(plug.url);
  slow.write('GET / HT');
  const gone = open(plug.url);
  gone.write('POST /on HTTP/1.1\r\nContent-Le');
  gone.destroy();
  const deaf = open(plug.url).pause();
  deaf.write(get('/app.js'));
  t.equal((await plug.get('/')).status, 200);
  t.equal((await plug.post('/on')).status, 303);
  t.ok(plug.relay());
  plug.press();
  await plug.advance(300);
  t.notOk(plug.relay(), 'the button works meanwhile');
  const closed = answer(slow);
  await plug.advance(6000);
  t.equal((await closed).status, 0, 'who does not finish a request is sent away');
  deaf.destroy();
});

t.test('S1.57 more clients than there are places: the idle ones give way', async (t) => {
  const idle = Array.from({ length: 6 }, () => open(plug.url));
  t.teardown(() => {
    for (const socket of idle) socket.destroy();
  });
  await new Promise((resolve) => setTimeout(resolve, 1100));
  t.ok(Number(await plug.ask('len(house.parts["web"].clients)')) <= 4, 'each takes memory');
  const pages = await Promise.all(Array.from({ length: 3 }, () => plug.get('/').then((r) => r.text())));
  for (const page of pages) t.match(page, /<\/main>\s*$/, 'whole');
});

t.test('S1.57 two requests at once', async (t) => {
  const paths = ['/', '/timers', '/app.css', '/state'];
  const texts = await Promise.all(paths.map((path) => plug.get(path).then((r) => r.text())));
  const alone: string[] = [];
  for (const path of paths) alone.push(await (await plug.get(path)).text());
  t.strictSame(texts, alone);
});

t.test('S1.57 what is too long or no HTTP gets 4xx', async (t) => {
  const status = async (bytes: string | Buffer) => (await exchange(plug.url, bytes)).status;
  const long = 'x'.repeat(4000);
  t.equal(await status(`GET / HTTP/1.1\r\nX: ${long}${long}\r\n\r\n`), 431);
  t.equal(await status(`POST /timers HTTP/1.1\r\nContent-Length: 9000\r\n\r\ntimers=${long}`), 413);
  t.equal(await status('POST /timers HTTP/1.1\r\nContent-Length: -1\r\n\r\n'), 400);
  t.equal(await status('POST /timers HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n'), 400);
  t.equal(await status('GET /\r\n\r\n'), 400);
  t.equal(await status('GET / HTTP/2.0\r\n\r\n'), 400);
  t.equal(await status('GET http://a/ HTTP/1.1\r\n\r\n'), 400);
  t.equal(await status(Buffer.from('GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n', 'latin1')), 400);
  t.equal(await status('BREW / HTTP/1.1\r\n\r\n'), 405);
  t.equal(await status(get('/../data/wifi.json')), 404);
  t.equal(await status(get('/head.html')), 404);
  t.equal(await status(get('/portal')), 404, 'the setup is over');
  t.equal((await plug.post('/timers', {}, { body: 'a=%c3' })).status, 400, 'no UTF-8');
  t.equal((await plug.post('/timers', {}, { body: 'timers=%zz' })).status, 400);
  t.equal((await plug.get('/')).status, 200);
});

t.test('S1.57 a field that is long takes no memory while it comes', async (t) => {
  const socket = open(plug.url);
  t.teardown(() => socket.destroy());
  socket.write(`GET / HTTP/1.1\r\nX: ${'x'.repeat(3000)}`);
  const kept = () => plug.ask('[[c.count, len(c.data)] for c in house.parts["web"].clients]');
  await plug.until(
    async () => ((await kept()) as number[][]).some(([count = 0]) => count < 1200),
    'all of it',
  );
  for (const [, length] of (await kept()) as number[][]) t.ok(Number(length) <= 512, `${length} bytes`);
});

t.test('S1.57 a body of very many fields takes no more memory than one of some', async (t) => {
  const fields = Array.from({ length: 80 }, (_, n) => `f${n}=1`).join('&');
  t.equal((await plug.post('/timers', {}, { body: `${fields}&active=on` })).status, 303);
  t.match(plug.json('timers'), { active: false }, 'it is behind the last that is read');
});

t.test('S1.57 what follows behind a body belongs to nobody', async (t) => {
  const body = 'active=on&timers=06:00-07:00';
  const head = `POST /timers HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n`;
  t.equal((await exchange(plug.url, `${head}${body}&reverse=on`)).status, 303);
  await plug.until(
    async () => (await plug.ask('house.settings("timers")["active"]')) === true,
    'it is stored',
  );
  t.equal(await plug.ask('house.settings("timers")["reverse"]'), false);
  t.equal((await plug.post('/timers')).status, 303);
});

t.test('S1.57 random requests: 4xx or a closed connection, and the page lives', async (t) => {
  const token = fc.constantFrom(
    'GET',
    'POST',
    'HEAD',
    ' ',
    '/',
    '/timers',
    'HTTP/1.1',
    '\r\n',
    '\r\n\r\n',
    ':',
    'Host',
    'Content-Length: ',
    '7',
    '%',
    '\0',
    'Origin: x',
    '?saved',
    'Authorization: Basic ',
  );
  const junk = fc.array(fc.oneof({ weight: 3, arbitrary: token }, fc.string()), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(junk, async (parts) => {
      const { status } = await exchange(plug.url, `${parts.join('')}\r\n\r\n`);
      return status < 500 && status !== 204;
    }),
    { numRuns: 150 },
  );
  t.equal((await plug.get('/')).status, 200);
  t.strictSame(
    plug.lines().filter((line) => /web\.py|request\.py/.test(line)),
    [],
  );
});

t.test('S1.54 nothing but POST changes anything', async (t) => {
  const before = await plug.ask('house.switch.count');
  for (const path of ['/on', '/off', '/toggle', '/update', '/reset', '/clear', '/reset?sure=on']) {
    t.equal((await plug.get(path)).status, 404, path);
    t.equal((await plug.get(path, { method: 'HEAD' })).status, 404, `HEAD ${path}`);
  }
  t.equal((await plug.get('/timers?timers=06:00-07:00&active=on')).status, 200);
  t.equal(await plug.ask('house.switch.count'), before);
  t.notOk(await plug.ask('"" in house.due'), 'no restart');
  t.strictSame(await plug.ask('house.settings("timers")["rows"]'), []);
  const bare = await exchange(plug.url, 'HEAD /timers HTTP/1.1\r\n\r\n');
  t.equal(bare.text.split('\r\n\r\n')[1], '', 'HEAD has no body');
});

t.test('S1.54 a POST of another site is refused', async (t) => {
  const post = async (headers: Record<string, string>) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return (await exchange(plug.url, `POST /on HTTP/1.1\r\nHost: 192.168.1.7\r\n${lines.join('')}\r\n`))
      .status;
  };
  t.equal(await post({ Origin: 'http://evil.example' }), 403);
  t.equal(await post({ Origin: 'null' }), 403);
  t.equal(await post({ Origin: 'http://192.168.1.7:8080' }), 403);
  t.equal(await post({ Referer: 'http://evil.example/192.168.1.7' }), 403);
  t.equal(await post({ 'Sec-Fetch-Site': 'cross-site' }), 403);
  t.equal(await post({ 'Sec-Fetch-Site': 'same-site', Origin: 'http://192.168.1.7' }), 403);
  t.equal(await post({ 'Sec-Fetch-Site': 'cross-site', Origin: 'null' }), 403, 'a sandboxed frame');
  t.equal(await post({ 'Sec-Fetch-Site': 'none', Origin: 'null' }), 403);
  t.notOk(plug.relay());
  t.equal(
    await post({ 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }),
    303,
    'a browser without referrers',
  );
  t.equal(await post({ Origin: 'http://192.168.1.7', 'Sec-Fetch-Site': 'same-origin' }), 303);
  t.ok(plug.relay());
  t.equal(await post({}), 303, 'a tool');
});

t.test('S1.54 a name that a stranger points at the plug (DNS rebinding) is not answered', async (t) => {
  const plug = await online(t, { settings: { plug: { name: 'lamp' } } });
  const status = async (host: string) => (await exchange(plug.url, get('/', host))).status;
  t.equal(await status('evil.example'), 421);
  t.equal(await status('10.0.0.1.evil.example'), 421);
  for (const host of ['10.0.0.1', '10.0.0.1:80', 'lamp', 'LAMP.fritz.box', 'lamp.local']) {
    t.equal(await status(host), 200, host);
  }
});

t.test('style and script are kept by the browser until the next release', async (t) => {
  for (const path of ['/app.css', '/app.js']) {
    const first = await plug.get(path);
    t.equal(first.status, 200);
    t.match(first.headers.get('cache-control'), /max-age=\d+/);
    t.equal(first.headers.get('x-content-type-options'), 'nosniff');
    t.equal(first.headers.get('content-encoding'), 'gzip');
    t.match(await first.text(), /^[^\0]*$/, 'and unpacked it is text');
    const headers = { 'If-None-Match': first.headers.get('etag') ?? '' };
    t.equal((await plug.get(path, { headers })).status, 304);
  }
  t.match((await plug.get('/')).headers.get('cache-control'), /no-store/);
});

t.test('S1.58 a password: none until it is set, never stored as it is', async (t) => {
  const plug = await online(t);
  const form = { called: 'lamp', tz: 'UTC0', zone: 'UTC', level: '0', hour: '', ntp: '127.0.0.1' };
  t.equal((await plug.post('/settings', { ...form, password: 'short' })).status, 422);
  t.equal((await plug.post('/settings', { ...form, password: 'grün: & 100%' })).status, 303);
  t.notMatch(plug.read('data/plug.json').toString(), /gr/);
  const basic = (word: string) => ({
    headers: { Authorization: `Basic ${Buffer.from(`me:${word}`).toString('base64')}`, Origin: plug.url },
  });
  for (const path of ['/', '/state', '/timers', '/settings']) {
    const refused = await plug.get(path);
    t.equal(refused.status, 401, path);
    t.match(refused.headers.get('www-authenticate'), /^Basic /);
  }
  t.equal((await plug.get('/app.css')).status, 200, 'nothing in it is secret');
  t.equal((await plug.post('/on')).status, 401);
  t.equal((await plug.get('/', basic('grün: & 100'))).status, 401);
  t.equal((await plug.get('/', { headers: { Authorization: 'Basic !' } })).status, 401);
  t.notOk(plug.relay());
  t.equal((await plug.get('/', basic('grün: & 100%'))).status, 200);
  t.equal((await plug.post('/settings', form, basic('grün: & 100%'))).status, 303);
  t.equal((await plug.get('/')).status, 401, 'an empty field leaves it as it is');
  t.equal((await plug.post('/settings', { ...form, open: 'on' }, basic('grün: & 100%'))).status, 303);
  t.equal((await plug.get('/')).status, 200);
});

t.test('S1.58 each digit of what is stored counts', async (t) => {
  const salt = '0123456789abcdef';
  const stored = salt + createHash('sha256').update(`${salt}right`).digest('hex');
  const other = (digit: string) => (digit === '0' ? '1' : '0');
  const changed = [0, 16, 17, 40, 79].map(
    (i) => stored.slice(0, i) + other(stored[i] ?? '') + stored.slice(i + 1),
  );
  const field = `Basic ${Buffer.from('me:right').toString('base64')}`;
  const words = JSON.stringify([stored, ...changed, stored.slice(0, 79), `${stored}0`, salt, '']);
  const knows = '__import__("plug").load("request").knows';
  t.strictSame(await plug.ask(`[${knows}(stored, "${field}") for stored in ${words}]`), [
    true,
    ...changed.map(() => false),
    false,
    false,
    false,
    false,
  ]);
});

t.test('every page comes whole, wherever its pieces end', async (t) => {
  const name = (n: number) => 'x'.repeat(n);
  for (let n = 3; n < 33; n++) {
    await plug.ask(`setattr(house, "name", "${name(n)}")`);
    const page = await (await plug.get('/timers')).text();
    t.match(page, /<\/main>\s*$/, `${page.length} bytes`);
  }
});
