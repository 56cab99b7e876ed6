import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { answerQuestions } from '../../server/discovery/discovery.js';
import { answerText, parseQuestion, selectKeyId } from '../../server/discovery/message.js';
import { AnswerRate } from '../../server/discovery/rate.js';
import { Releases } from '../../server/release/releases.js';
import { KEY, makeTestRelease } from '../release/made-release.js';
import { makeKey } from '../signing/made-key.js';
import { signRoot } from '../signing/made-root.js';

t.test('what counts as a question', async (t) => {
  const ok = [
    'soft-ota? 1',
    'soft-ota? 1 ',
    'soft-ota? 1 0123456789abcdef',
    'soft-ota? 1 0123456789abcdef,1111111111111111\n',
  ];
  const no = [
    '',
    'soft-ota?',
    'soft-ota? 2',
    'soft-ota? 01',
    'soft-ota! 1 ab 80 ',
    'SOFT-OTA? 1',
    'soft-ota? 1 key!',
    `soft-ota? 1 ${'a'.repeat(300)}`,
  ];
  for (const text of ok) t.ok(parseQuestion(Buffer.from(text)), JSON.stringify(text));
  for (const text of no) t.notOk(parseQuestion(Buffer.from(text)), JSON.stringify(text));
  t.equal(answerText('0123456789abcdef', 8267), 'soft-ota! 1 0123456789abcdef 8267 ');
});

t.test(
  'S1.20 a device that trusts a key of before, or the second of two, takes its own server before others',
  async (t) => {
    const next = makeKey();
    const [old, own, strange] = [KEY.signer.keyId, next.signer.keyId, 'f'.repeat(16)];
    const roots = new Map([[1, signRoot(KEY, { add: [next.publicKey] })]]);
    const release = { keyIds: [own, 'a'.repeat(16)], roots };
    t.equal(selectKeyId([own], release), own);
    t.equal(selectKeyId([strange, 'a'.repeat(16)], release), 'a'.repeat(16));
    t.equal(selectKeyId([old], release), old, 'a root file leads from there');
    t.equal(selectKeyId([old, own], release), own);
    t.equal(selectKeyId([strange], release), own, 'so that it can say "wrong key"');
    t.equal(selectKeyId(['0', ''], release), own, 'and no scrap of a root file is a key');
    t.equal(selectKeyId([], release), own);
    t.same(parseQuestion(Buffer.from(`soft-ota? 1 ${old},${own}`)), [old, own]);
  },
);

t.test('answers are bounded, by sender and in all', async (t) => {
  const rate = new AnswerRate();
  const allowed = (count: number, address: (i: number) => string, now: number) =>
    Array.from({ length: count }, (_, i) => rate.allows(address(i), now)).filter(Boolean).length;
  t.equal(
    allowed(500, () => '10.0.0.1', 0),
    100,
  );
  t.equal(
    allowed(9000, (i) => `10.1.${i >> 8}.${i & 255}`, 500),
    4900,
  );
  t.equal(
    allowed(500, () => '10.0.0.1', 1000),
    100,
    'the next second',
  );
});

async function makeAsker(
  t: Test,
): Promise<{ socket: Socket; ask: (text: string, port: number, to?: string) => Promise<string> }> {
  const socket = createSocket('udp4');
  t.teardown(() => socket.close());
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  socket.setBroadcast(true);
  const ask = async (text: string, port: number, to = '127.0.0.1') => {
    const answer = once(socket, 'message', { signal: AbortSignal.timeout(200) }).then(
      ([bytes]) => String(bytes),
      () => 'silence',
    );
    socket.send(text, port, to);
    return answer;
  };
  return { socket, ask };
}

async function openOnFreePort(t: Test, releases: Releases): Promise<number> {
  const probe = createSocket('udp4');
  await new Promise<void>((resolve) => probe.bind(0, resolve));
  const { port } = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  t.teardown(await answerQuestions({ port, httpPort: 8080, localOnly: true, releases }));
  return port;
}

t.test('S1.20 a device asks by broadcast and gets port and key', async (t) => {
  const releases = new Releases();
  const port = await openOnFreePort(t, releases);
  const { ask, socket } = await makeAsker(t);
  t.equal(await ask('soft-ota? 1 ', port), 'silence', 'nothing to say before the first release');
  releases.activate(makeTestRelease({ 'a.txt': 'a' }));
  const expected = `soft-ota! 1 ${KEY.publicKey.keyId} 8080 `;
  t.equal(await ask(`soft-ota? 1 ${KEY.publicKey.keyId}`, port, '127.255.255.255'), expected, 'broadcast');
  t.equal(await ask('soft-ota? 1 ', port), expected, 'without a key');
  t.equal(
    await ask('soft-ota? 1 ffffffffffffffff', port),
    expected,
    'with another key, so that it can say so',
  );
  for (const noise of ['', '\0'.repeat(1400), 'soft-ota? 9 x']) socket.send(noise, port, '127.0.0.1');
  await sleep(20);
  t.equal(await ask('soft-ota? 1 ', port), expected, 'noise does no harm');
});

t.test('a port that is taken is an error for the caller', async (t) => {
  const releases = new Releases();
  const port = await openOnFreePort(t, releases);
  await t.rejects(answerQuestions({ port, httpPort: 1, localOnly: true, releases }), { code: 'EADDRINUSE' });
});
