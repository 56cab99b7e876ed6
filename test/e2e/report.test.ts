/** What a board tells its server, and how each proves itself to the other. */
import t, { type Test } from 'tap';
import { parseHead } from '../../server/signing/head.js';
import { firstRoot } from '../../server/signing/root.js';
import { signHead } from '../../server/signing/sign.js';
import type { BoardEvent } from '../../simulator/events.js';
import { type CheckingHost, checkingHost, enrolmentKey } from './checking-host.js';
import { A, NEW, type Patch, patched, Scene } from './trust-scene.js';
import { named, refusal, type TestBoard, TINY_MAIN, World } from './world.js';

const TELLING = TINY_MAIN.replace(
  'import socket\n',
  'print("heard", ota.heard, getattr(ota, "time", None))\nimport socket\n',
);

async function scene(
  t: Test,
  ...patches: Patch[]
): Promise<{ world: World; host: CheckingHost; board: TestBoard }> {
  const world = await World.make(t, {
    sources: { 'main.py': TELLING, 'lib/b.py': 'x = 1\n', ...patched(patches) },
  });
  await world.build(1000);
  const host = await checkingHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url });
  host.key = await enrolmentKey(board.options.flash);
  return { world, host, board };
}

/** What the program printed of `ota.heard` and `ota.time`. */
function heard(events: readonly BoardEvent[]): string {
  return String(named(events, 'log').find(({ text }) => String(text).startsWith('heard'))?.text);
}

t.test('enrolled: every request proves who asks, once the answer has proved that it is fresh', async (t) => {
  const { world, host, board } = await scene(t);
  const events = await board.powerOn();
  t.match(named(events, 'head'), [{ current: true, fresh: true }]);
  t.match(heard(events), /^heard True \(1800000000, \d+\)$/, 'and the program is told the time');
  const [head] = host.requests;
  t.ok(head?.right, 'the head was asked for with a right MAC');
  const nonce = head?.said.get('nonce');
  await world.write({ 'lib/b.py': 'x = 2\n' });
  await world.build(1001);
  host.requests.length = 0;
  t.match(named(await board.powerOn(), 'installed'), [{ release: 1001 }]);
  t.strictSame(
    host.requests.map(({ path, right }) => [path.slice(0, 7), right]),
    [
      ['/6/head', true],
      ['/blobs/', true],
      ['/blobs/', true],
    ],
  );
  t.equal(host.requests[1]?.said.get('id'), head?.said.get('id'));
  t.strictSame([...(host.requests[1]?.said.keys() ?? [])], ['id', 'mac']);
  t.not(host.requests[0]?.said.get('nonce'), nonce, 'no nonce comes twice');
});

t.test('an answer that is not proved fresh is used, and told nothing more', async (t) => {
  const { world, host, board } = await scene(t);
  const proofs: [string, (proof: string) => string][] = [
    ['none', () => 'X-Nothing: here'],
    ['a wrong MAC', (proof) => `${proof.slice(0, -1)}${proof.endsWith('A') ? 'B' : 'A'}`],
    ['another time', (proof) => proof.replace('1800000000', '1800000001')],
    ['no time', (proof) => proof.replace('1800000000 ', '')],
    ['more than a proof', (proof) => `${proof} 1`],
  ];
  for (const [i, [name, fresh]] of proofs.entries()) {
    host.fresh = fresh;
    await world.write({ 'lib/b.py': `x = ${i + 5}\n` });
    await world.build(2000 + i);
    host.requests.length = 0;
    const events = await board.powerOn();
    t.match(named(events, 'head'), [{ fresh: false }], name);
    t.match(named(events, 'installed'), [{ release: 2000 + i }], name);
    t.equal(heard(events), 'heard True None', name);
    t.strictSame(
      host.requests.map(({ said }) => said.has('mac')),
      [true, false, false],
      `${name}: blobs are asked for as of a static host`,
    );
  }
});

t.test('without the check, a forged proof would be believed', async (t) => {
  const { host, board } = await scene(t, ['ota/client.py', '.encode() == t[1]:', '.encode() != t[1]:']);
  host.fresh = (proof) => proof.replace('1800000000', '1800000001');
  const events = await board.powerOn();
  t.match(named(events, 'head'), [{ fresh: true }]);
  t.match(heard(events), /1800000001/);
});

t.test('a release that failed is told with its number and its last words', async (t) => {
  const { host, board } = await scene(t);
  await board.powerOn();
  t.notMatch(host.queries.join(), /bad=|error=|state=/, 'nothing failed, nothing is told');
  const words = 'Traceback:\n  File "main.py", 100 % of it & more = ü?\n';
  const { head } = parseHead(await board.read('data/head'));
  await board.lay('data/bad', signHead({ ...head, release: 1005 }, A.signer));
  await board.lay('data/error', words.repeat(9));
  host.requests.length = 0;
  await board.powerOn();
  const [{ said, right } = { said: new URLSearchParams(), right: false }] = host.requests;
  t.equal(said.get('bad'), '1005');
  t.equal(said.get('error'), Buffer.from(words.repeat(9)).subarray(0, 200).toString(), 'at most 200 bytes');
  t.equal(said.get('state'), null);
  t.ok(right);
  t.strictSame([...said.keys()].at(-1), 'mac', 'the last field');
});

t.test('a trial is told', async (t) => {
  const { world, host, board } = await scene(t);
  await world.write({ 'main.py': TELLING.replace('ota.confirm()\n', ''), 'lib/b.py': 'x = 2\n' });
  await world.build(1001);
  await board.boot({ until: 'plug-up' });
  await board.cut();
  host.requests.length = 0;
  await board.boot({ until: 'plug-up' });
  await board.cut();
  t.equal(host.requests[0]?.said.get('state'), 'trial');
});

t.test('who is not enrolled sends neither nonce nor MAC', async (t) => {
  const { host, board } = await scene(t);
  await board.remove('data/enrol');
  t.match(named(await board.powerOn(), 'head'), [{ fresh: false }]);
  t.notMatch(host.queries.join(), /nonce=|mac=/);
});

t.test('a server that has lost the key of this board still updates it, as a stranger', async (t) => {
  const { world, host, board } = await scene(t);
  await world.write({ 'lib/b.py': 'x = 2\n' });
  await world.build(1001);
  const { tamper } = host;
  const body = '{"code":"report_invalid","message":"The MAC of this request is wrong."}';
  const refused = `HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  host.fresh = () => 'X-Nothing: here';
  host.tamper = (path, bytes) => {
    const answer = tamper(path, bytes);
    return host.requests.at(-1)?.said.has('mac') ? (socket) => void socket.write(refused) : answer;
  };
  const events = await board.powerOn();
  t.match(named(events, 'head'), [{ fresh: false }]);
  t.match(named(events, 'installed'), [{ release: 1001 }]);
  t.strictSame(
    host.requests.map(({ said }) => said.has('mac')),
    [true, false, false, false],
  );
});

t.test('heard: not from a head that nobody trusted has signed, nor from nobody', async (t) => {
  const { host, board } = await scene(t);
  const { head } = parseHead(await board.read('data/head'));
  const stranger = signHead({ ...head, release: 1001 }, A.signer);
  host.tamper = (path) => (path.endsWith('head') ? stranger : undefined);
  const events = await board.powerOn();
  t.match(refusal(events), { code: 'wrong_key' });
  t.equal(heard(events), 'heard False None');
});

t.test('heard: also from a server that holds back what this board has undone', async (t) => {
  const { host, board } = await scene(t);
  const refused = (status: string): string => `HTTP/1.1 ${status}\r\nContent-Length: 4\r\n\r\nbody`;
  for (const [status, said] of [
    ['409 Conflict', 'heard True None'],
    ['404 Not Found', 'heard False None'],
    ['503 Service Unavailable', 'heard False None'],
  ] as const) {
    host.tamper = () => (socket) => void socket.write(refused(status));
    const events = await board.powerOn();
    t.match(refusal(events), { code: 'answer' });
    t.equal(heard(events), said, status);
  }
});

t.test('nobody listens there: no_answer, with the number of the error', async (t) => {
  const { board } = await scene(t);
  await board.lay('data/ota.json', JSON.stringify({ server: 'http://127.0.0.1:9', board: 's20' }));
  const events = await board.powerOn();
  t.match(refusal(events), { code: 'no_answer', theirs: 111 });
  t.equal(heard(events), 'heard False None');
});

t.test('expired: said when the board knows the time, and the release is used all the same', async (t) => {
  const clock =
    'import machine, os\nif "now" in os.listdir("data"):\n    machine.RTC().datetime((2026, 12, 31, 3, 0, 0, 0, 0))\n';
  const scene = await Scene.make(t, [], { 'main.py': clock + TINY_MAIN });
  const board = await scene.trusting(firstRoot(A.publicKey).bytes, [A]);
  const expired = (events: readonly BoardEvent[]) =>
    named(events, 'log').filter(({ text }) => text === `ota: expired release=${NEW}`).length;
  scene.offer([A], { expires: 1_790_000_000 });
  const first = await board.powerOn();
  t.match(named(first, 'installed'), [{ release: NEW }]);
  t.equal(expired(first), 0, 'a board that does not know the time cannot tell');
  await board.lay('data/now', '');
  const second = await board.powerOn();
  t.match(named(second, 'head'), [{ current: true }]);
  t.equal(expired(second), 1, 'also of the release that is installed');
  scene.offer([A], { expires: 1_800_000_000 });
  t.equal(expired(await board.powerOn()), 0, 'not before its time');
});
