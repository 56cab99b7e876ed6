/** Bad requests of every kind: a status, a code of the list, a sentence; no stack, no crash. */
import t from 'tap';
import { makeTestRelease } from '../release/made-release.js';
import { bodyOf, codeOfAnswer, makeServer, Raw, statusOf } from './made-server.js';

const RELEASE = makeTestRelease({ 'a.txt': 'a' });
const STACK = /node_modules|\.js:\d|\bat .*:\d/;

t.test('malformed, oversized and foreign requests', async (t) => {
  const { port, base, lines } = await makeServer(t, RELEASE);
  const cases: [string, number, string, string][] = [
    ['no HTTP', 400, 'request_invalid', 'hello there\r\n\r\n'],
    ['TLS', 400, 'request_invalid', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n'],
    ['bad header', 400, 'request_invalid', 'GET /6/head HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n'],
    [
      'both lengths',
      400,
      'request_invalid',
      'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    ['a long address', 431, 'request_large', `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['long headers', 431, 'request_large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(9000)}\r\n\r\n`],
    ['a malformed escape', 400, 'request_invalid', 'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['unknown address', 404, 'not_found', 'GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['up the tree', 404, 'not_found', 'GET /../../../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['up the tree, escaped', 404, 'not_found', 'GET /..%2f..%2fpackage.json HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a source of the console', 404, 'not_found', 'GET /.env HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a null byte', 404, 'not_found', 'GET /console.js%00.html HTTP/1.1\r\nHost: a\r\n\r\n'],
    [
      'POST',
      405,
      'method_invalid',
      'POST /6/head HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    ],
    ['POST of a form', 405, 'method_invalid', 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na=b'],
    ['PUT', 405, 'method_invalid', 'PUT /6/head HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
    ['DELETE', 405, 'method_invalid', 'DELETE /6/head HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['OPTIONS', 405, 'method_invalid', 'OPTIONS /6/head HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a method that Fastify does not know', 405, 'method_invalid', "PRI *'TP/2.0\r\n\r\n"],
    ['PROPFIND', 405, 'method_invalid', 'PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n'],
  ];
  for (const [name, status, code, request] of cases) {
    const raw = new Raw(port);
    const answer = await raw.ask(request);
    await raw.end();
    t.same([statusOf(answer), codeOfAnswer(answer)], [status, code], name);
    t.notMatch(answer, STACK, `${name}: no stack`);
  }
  t.equal((await fetch(`${base}/health`)).status, 200, 'the server is as well as before');
  t.same(
    lines.filter(({ level }) => Number(level) >= 50),
    [],
  );
});

t.test('an expectation that the server does not know is answered as if it were not there', async (t) => {
  const { port } = await makeServer(t, RELEASE);
  const raw = new Raw(port);
  const answer = await raw.get('/6/head', 'Expect: miracles\r\n');
  t.same([statusOf(answer), bodyOf(answer)], [200, RELEASE.heads.get(6)?.bytes.toString('latin1')]);
  const fault = await raw.get('/nothing', 'Expect: miracles\r\n');
  await raw.end();
  t.same([statusOf(fault), codeOfAnswer(fault)], [404, 'not_found']);
});

t.test('slow requests, within the request line and within the headers', async (t) => {
  const { port } = await makeServer(t, RELEASE, { requestTimeout: 300 });
  const starts = ['GET /6/he', 'GET /6/head HTTP/1.1\r\nHost: a\r\nX-Slow: '];
  await Promise.all(
    starts.map(async (start) => {
      const raw = new Raw(port);
      const answer = await raw.ask(start);
      t.same([statusOf(answer), codeOfAnswer(answer)], [408, 'request_slow'], JSON.stringify(start));
      await raw.closed;
    }),
  );
});

t.test('who has said nothing yet may still ask', async (t) => {
  const { port } = await makeServer(t, RELEASE, { requestTimeout: 50 });
  const raw = new Raw(port);
  await new Promise((resolve) => setTimeout(resolve, 300));
  t.equal(statusOf(await raw.get('/6/head')), 200);
  t.equal(statusOf(await raw.ask('GET /6/he')), 408, 'but then not slowly');
  await raw.closed;
});

t.test('a fault of the server itself says nothing of it to the client', async (t) => {
  const { port, lines, releases } = await makeServer(t, RELEASE);
  Object.defineProperty(releases, 'current', {
    get: () => {
      throw new Error('secret detail');
    },
  });
  const raw = new Raw(port);
  const answer = await raw.get('/6/head');
  await raw.end();
  t.same([statusOf(answer), codeOfAnswer(answer)], [500, 'internal']);
  t.notMatch(answer, /secret detail/);
  t.match(lines[0], { msg: 'request failed', err: { message: 'secret detail' } });
});

t.test('clients that vanish at any moment', async (t) => {
  const { port, base } = await makeServer(t, RELEASE);
  for (const start of ['', 'GET', 'GET /6/head HTTP/1.1\r\nHost: a\r\n\r\n']) {
    const raw = new Raw(port);
    raw.socket.write(start);
    await new Promise((resolve) => setTimeout(resolve, 20));
    raw.socket.resetAndDestroy();
  }
  t.equal((await fetch(`${base}/health`)).status, 200);
});
