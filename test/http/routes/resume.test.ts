/** Who may let a halted release go on: the operator, and no page of strangers in his browser. */
import { request } from 'node:http';
import t, { type Test } from 'tap';
import { makeTestRelease } from '../../release/made-release.js';
import { enrolled, lineWith, MASTER, makeServer } from '../made-server.js';

const RELEASE = makeTestRelease({ 'a.txt': 'a' }, { number: 50 });

async function makeHalted(t: Test, consoleOpen = false) {
  const server = await makeServer(t, RELEASE, { master: MASTER, consoleOpen });
  for (const id of ['a', 'b']) await fetch(`${server.base}${enrolled(id, 'have=49&bad=50')}`);
  const isHalted = () => server.fleet.reports.health.halted;
  t.ok(isHalted());
  return { ...server, isHalted };
}

/** fetch() sets Host and Origin as it likes. */
function post(port: number, headers: Record<string, string>, path = '/resume'): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', path, method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asking.once('error', reject).end();
  });
}

t.test('S1.21 from this computer: the release goes on, and who undid it is spared it', async (t) => {
  const { base, lines, isHalted } = await makeHalted(t);
  const status = async () => (await fetch(`${base}/status.json`)).json();
  t.match(await status(), { operator: true, release: { halted: true } });
  const wrong = await fetch(`${base}/resume?release=49`, { method: 'POST' });
  t.same(await wrong.json(), { release: 50, resumed: false }, 'not the release that he looked at');
  t.ok(isHalted());
  const answer = await fetch(`${base}/resume?release=50`, { method: 'POST' });
  t.same(await answer.json(), { release: 50, resumed: true });
  t.match(await lineWith(lines, 'release resumed'), { release: 50 });
  t.match(await status(), { release: { halted: false, failed: 2 } });
  t.equal((await fetch(`${base}${enrolled('c', 'have=49')}`)).status, 200);
  t.equal((await fetch(`${base}${enrolled('a', 'have=49')}`)).status, 409);
  const again = await fetch(`${base}/resume`, { method: 'POST' });
  t.same(await again.json(), { release: 50, resumed: false });
});

t.test('S1.21 not for pages of others, not for names of the Internet, not through a proxy', async (t) => {
  const { port, isHalted } = await makeHalted(t);
  const own = `127.0.0.1:${port}`;
  const refused: Record<string, string>[] = [
    { host: own, origin: 'http://evil.example' },
    { host: own, origin: 'null' },
    { host: own, origin: `http://127.0.0.1:${port + 1}` },
    { host: own, 'sec-fetch-site': 'cross-site' },
    { host: own, 'sec-fetch-site': 'same-site' },
    { host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
    { host: `127.0.0.1.evil.example:${port}` },
    { host: '192.168.1.5:8267' },
    { host: own, 'x-forwarded-for': '10.0.0.7' },
    { host: own, via: '1.1 proxy' },
  ];
  for (const headers of refused) t.equal(await post(port, headers), 403, JSON.stringify(headers));
  t.ok(isHalted());
  t.equal(await post(port, { host: own }, '/resume?release=x'), 400);
  const [body, none] = await Promise.all([
    fetch(`http://${own}/resume`, { method: 'POST', body: '{}' }),
    fetch(`http://${own}/resume`),
  ]);
  t.same([body.status, none.status], [405, 404], 'no body, no GET');
  t.ok(isHalted());
  t.equal(await post(port, { host: `localhost:${port}`, origin: `http://localhost:${port}` }), 200);
  t.notOk(isHalted());
});

t.test('S1.21 --console-open: for whoever sees the page, but still from that page alone', async (t) => {
  const { port, isHalted } = await makeHalted(t, true);
  const evil = `evil.example:${port}`;
  t.equal(await post(port, { host: evil, origin: `http://${evil}` }), 403, 'a name that points here');
  t.equal(await post(port, { host: '192.168.1.5:8267', origin: 'http://evil.example' }), 403);
  t.ok(isHalted());
  t.equal(await post(port, { host: '192.168.1.5:8267', origin: 'http://192.168.1.5:8267' }), 200);
  t.notOk(isHalted());
});

t.test('S1.21 from another address of the network it is refused', async (t) => {
  const { app, isHalted } = await makeHalted(t);
  const answer = await app.inject({ method: 'POST', url: '/resume', remoteAddress: '192.168.1.77' });
  t.equal(answer.statusCode, 403);
  t.ok(isHalted());
});
