/** No answer, a late answer, a slow answer: the program of the board starts all the same. The board's clock is driven. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import t from 'tap';
import { staticHost } from './static-host.js';
import { named, refusal, type TestBoard, World } from './world.js';

const DRIVEN = { clock: 'driven' } as const;
/** Stands still when the page is up, so that no day passes while the server builds. */
const HELD = { clock: 'driven', hold: true } as const;
const HOUR = 3_600_000;

/** Lets hours pass until the board has installed something: the next night, or one more. */
async function installed(board: TestBoard): Promise<unknown> {
  const done = () => named(board.events, 'installed')[0];
  for (let hour = 0; hour < 60 && done() === undefined; hour++) await board.advance(HOUR);
  return done();
}

/** Milliseconds on the board's clock until something listened on its port 80. */
function upAfter(events: readonly { event: string; ms?: unknown }[]): number {
  return Number(events.find(({ event }) => event === 'plug-up')?.ms);
}

t.test(
  'S1.10 no server: the plug is up 15 s after the wait began, its relay and button work before',
  async (t) => {
    const world = await World.make(t, { plug: true });
    await world.publish();
    const host = await staticHost(t, world.folders.bdist);
    host.tamper = () => () => undefined; // takes the question and says nothing
    const board = await world.board(t, { server: host.url }, DRIVEN);
    const states: unknown[] = [];
    board.on(({ event }) => event === 'refused' && states.push(board.pin(12).value));
    const events = await board.powerOn();
    t.match(refusal(events), { code: 'no_answer', theirs: 110 });
    t.strictSame(states, [0], 'the relay was driven while the board still waited');
    t.ok(upAfter(events) >= 15_000 && upAfter(events) < 16_500, `up after ${upAfter(events)} ms`);
  },
);

t.test('S1.10 nobody listens there at all: the plug only looks for another server', async (t) => {
  const world = await World.make(t, { plug: true });
  const release = await world.publish();
  const board = await world.board(t, {}, DRIVEN);
  await world.stop();
  const events = await board.powerOn();
  t.ok(refusal(events));
  t.ok(upAfter(events) >= 7000 && upAfter(events) < 8500, `half of the wait, up after ${upAfter(events)} ms`);
  t.match(named(events, 'plug-up'), [{ release }]);
});

t.test('wait 0 never waits, and wait is settable', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  host.tamper = () => () => undefined;
  const never = await world.board(t, { server: host.url, wait: 0 }, DRIVEN);
  t.ok(upAfter(await never.powerOn()) < 1500);
  t.strictSame(host.asked, [], 'it did not even ask');
  const three = await world.board(t, { server: host.url, wait: 3 }, DRIVEN);
  const ms = upAfter(await three.powerOn());
  t.ok(ms >= 3000 && ms < 4500, `up after ${ms} ms`);
});

t.test('S1.17 60 s without progress end an update', async (t) => {
  const world = await World.make(t, { sources: { 'page.html': 'a'.repeat(3000) } });
  await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url }, DRIVEN);
  await world.write({ 'page.html': 'b'.repeat(3000) });
  const release = await world.publish();
  await world.stop();
  const isPage = (bytes: Buffer): boolean => bytes[0] === 0x62;

  host.tamper = (_, bytes) =>
    isPage(bytes)
      ? (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\nbbbb')
      : undefined;
  const stalled = await board.powerOn();
  t.match(refusal(stalled), { code: 'failed', msg: /110/ });
  t.ok(upAfter(stalled) >= 60_000 && upAfter(stalled) < 64_000, `silence: up after ${upAfter(stalled)} ms`);
  t.equal((await board.read('page.html')).toString(), 'a'.repeat(3000), 'the old set is as it was');

  host.tamper = () => undefined;
  t.match(named(await board.powerOn(), 'installed'), [{ release }], 'and the next boot installs');
});

t.test('S1.17 an answer that trickles in ends with the time allowed (on the real clock)', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url, wait: 2 });
  host.tamper = () => drip;
  const events = await board.powerOn();
  t.match(refusal(events), { code: 'failed', msg: /110/ });
  t.ok(upAfter(events) >= 2000, `up after ${upAfter(events)} ms`);
});

t.test('headers without end do not hold the board either', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const host = await staticHost(t, world.folders.bdist);
  const board = await world.board(t, { server: host.url, wait: 30 });
  host.tamper = () => flood;
  const events = await board.powerOn();
  t.match(refusal(events), { code: 'failed', msg: /\(90,/ }, '4 KB are enough for an answer');
  t.ok(upAfter(events) < 15_000, `up after ${upAfter(events)} ms`);
});

t.test(
  'S1.10 the time allowed is one: a server that is found late does not get it a second time',
  async (t) => {
    const world = await World.make(t);
    await world.publish();
    const host = await staticHost(t, world.folders.bdist);
    host.tamper = () => () => undefined; // takes the question and says nothing
    const late = createSocket('udp4');
    await new Promise<void>((resolve) => late.bind(0, resolve));
    t.teardown(() => late.close());
    let questions = 0;
    late.on('message', (_, { port, address }) => {
      if (++questions > 2) late.send(`soft-ota! 1 x ${new URL(host.url).port} `, port, address);
    });
    const board = await found(t, world, late.address().port, 4);
    const events = await board.powerOn();
    t.strictSame(host.asked, ['/6/head'], 'it was found');
    t.match(refusal(events), { code: 'no_answer', theirs: 110 });
    t.ok(upAfter(events) >= 4000 && upAfter(events) < 6000, `up after ${upAfter(events)} ms`);
  },
);

function flood(socket: Socket): void {
  const line = `X-Header: ${'x'.repeat(100)}\r\n`.repeat(20);
  const more = (): unknown =>
    socket.destroyed || (socket.write(line) ? setImmediate(more) : socket.once('drain', more));
  socket.write('HTTP/1.1 200 OK\r\n');
  more();
}

/** Always one more byte, never the whole. */
function drip(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n');
  const timer = setInterval(() => socket.write('b'), 30);
  socket.on('close', () => clearInterval(timer));
}

t.test('S1.20 a board without a URL finds its server by asking the network', async (t) => {
  const world = await World.make(t);
  const release = await world.publish();
  const board = await found(t, world, world.port);
  const events = await board.powerOn();
  t.match(named(events, 'head'), [{ release, current: true, host: `127.0.0.1:${world.port}` }]);
});

t.test('S1.20 a lying answer can only make the update not happen', async (t) => {
  const world = await World.make(t);
  await world.publish();
  const liar = createSocket('udp4');
  await new Promise<void>((resolve) => liar.bind(0, resolve));
  t.teardown(() => liar.close());
  const lies = [
    'soft-ota! 1 0123456789abcdef 1 /x',
    'soft-ota! 1',
    '\u0000\u00ff',
    'soft-ota! 1 a b c d e f',
    '',
  ];
  liar.on('message', (_, from) => {
    for (const tamper of lies) liar.send(tamper, from.port, from.address);
  });
  const board = await found(t, world, liar.address().port);
  const events = await board.powerOn();
  t.ok(refusal(events));
  t.ok(upAfter(events) < 17_000);
});

/** A board that was given no URL, on a network where the server's UDP port is `port`. */
async function found(
  t: Parameters<typeof World.make>[0],
  world: World,
  port: number,
  wait = 15,
): Promise<TestBoard> {
  const board = await world.board(t, {}, { ports: { 8267: port } });
  await board.lay('data/ota.json', JSON.stringify({ board: 's20', wait }));
  return board;
}

t.test(
  'Wi-Fi that comes up late: the plug runs, asks then, and a release that waits is installed',
  async (t) => {
    const world = await World.make(t, { plug: true });
    await world.publish();
    const board = await world.board(t, {}, { ...DRIVEN, faults: { joinMs: 25_000 } });
    await world.write({ 'new.py': 'x = 1\n' });
    const release = await world.publish();
    const boot = board.boot({ until: 'reset', timeout: 120_000 });
    t.equal(await boot, 'reset');
    t.match(refusal(board.events), { code: 'no_wifi' });
    t.ok(upAfter(board.events) < 16_500, `up after ${upAfter(board.events)} ms`);
    t.match(named(board.events, 'head').at(-1), { release, current: false });
  },
);

t.test(
  'once a night the plug asks again, also a server for enrolled boards that has to be looked for',
  async (t) => {
    const world = await World.make(t, { plug: true });
    await world.publish({ enrolledOnly: true });
    const board = await world.board(t, {}, { ...HELD, ports: { 8267: world.port } });
    await board.lay('data/ota.json', JSON.stringify({ board: 's20' }));
    await board.boot({ until: 'plug-up' });
    await world.write({ 'new.py': 'x = 1\n' });
    const release = await world.publish({ enrolledOnly: true });
    t.match(await installed(board), { release });
  },
);

t.test('wait 0: the nightly question brings a release all the same, and one reset', async (t) => {
  const world = await World.make(t, { plug: true });
  await world.publish();
  const board = await world.board(t, { wait: 0 }, HELD);
  await board.boot({ until: 'plug-up' });
  t.strictSame(named(board.events, 'head'), [], 'nothing is asked at boot');
  await world.write({ 'new.txt': 'x' });
  const release = await world.publish();
  t.match(await installed(board), { release });
  await board.cut();
  t.equal(named(board.events, 'reset').length, 1);
});

t.test('S1.18 several boards at once, one closing line each', async (t) => {
  const world = await World.make(t, { sources: { 'a.py': 'x = 1\n' } });
  await world.publish();
  const boards = await Promise.all(Array.from({ length: 6 }, () => world.board(t)));
  await world.write({ 'a.py': 'x = 2\n' });
  await world.publish();
  await Promise.all(boards.map((board) => board.powerOn()));
  const fetched = (await world.visited(6)).filter(({ msg }) => msg === 'device fetched');
  t.equal(fetched.length, 6);
  t.equal(new Set(fetched.map(({ device }) => device)).size, 6);
});
