/** Idle and slow connections and rubbish, from another process: the honest devices get their answers all the same. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { besiege } from '../../bench/lab/attack.js';
import { MALFORMED } from '../../bench/load/malformed.js';
import { limitConnections } from '../../server/process/connection-limit.js';
import { makeServer, Raw, statusOf } from '../http/made-server.js';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import { write } from '../process/made-project.js';
import { makeTestRelease } from '../release/made-release.js';
import { SOURCES, startIn, writeFiles } from './project-fixture.js';

const RELEASE = makeTestRelease({ 'a.txt': 'a' });
const ATTACK = { idle: 1000, slow: 300, floods: 4, pause: 20 };
const cleanupOf = (t: Test) => ({ add: (step: () => unknown) => t.teardown(() => step() as Promise<void>) });

/** One question over a connection of its own. */
async function ask(port: number, path: string): Promise<number> {
  const raw = new Raw(port);
  const answer = await raw.get(path, 'Connection: close\r\n');
  await raw.closed;
  return statusOf(answer);
}

t.test('beside 1,000 idle, 300 slow and 4 malformed connections', async (t) => {
  const { port, lines } = await makeServer(t, RELEASE);
  const attack = await besiege({ port, ...ATTACK }, cleanupOf(t));
  const paths = [
    '/6/head?id=a&have=1',
    ...[...RELEASE.blobs.keys()].map((hash) => `/blobs/${hash}`),
    '/health',
  ];
  const statuses: Record<number, number> = {};
  for (const end = performance.now() + 4000; performance.now() < end; await sleep(10)) {
    for (const path of paths) {
      const status = await ask(port, path);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }
  const { malformed, answers } = await attack.end();
  t.same(Object.keys(statuses), ['200'], `${statuses[200]} honest answers, ${malformed} malformed requests`);
  t.same(
    Object.keys(answers).filter((status) => status.startsWith('5')),
    [],
  );
  t.same(
    lines.filter(({ level }) => Number(level) >= 50),
    [],
  );
});

t.test(
  'files run out: the attacker loses his connections, the devices get theirs, and a save is published',
  async (t) => {
    const dir = makeFolder(t);
    await writeReadyKeys(join(dir, 'keys'));
    writeFiles(dir, SOURCES);
    const server = startIn(t, dir, 600);
    const port = Number((await server.line('listening')).port);
    await server.line('release published');
    const kept = new Raw(port);
    t.equal(statusOf(await kept.get('/6/head')), 200);
    const attack = await besiege({ port, ...ATTACK }, cleanupOf(t));
    for (let i = 0; i < 100; i += 1) t.equal(await ask(port, '/6/head'), 200, `device ${i}`);
    write(dir, 'page.html', '<p>other</p>');
    await server.line('release published');
    t.equal(
      statusOf(await kept.get('/6/head')),
      200,
      'a device in the middle of its update keeps its connection',
    );
    const { reopened } = await attack.end();
    t.ok(reopened > 700, `${reopened} connections of the attacker were closed`);
    server.child.kill('SIGTERM');
    t.equal(await server.exit, 0);
  },
);

t.test('no room: whoever has most loses the connection that was silent longest', async (t) => {
  const { app, port } = await makeServer(t, RELEASE);
  limitConnections(app.server, 10);
  const dial = async (host: string) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: host });
    let isOpen = true;
    socket.on('close', () => {
      isOpen = false;
    });
    socket.resume();
    await once(socket, 'connect');
    t.teardown(() => socket.destroy());
    return { socket, isOpen: () => isOpen };
  };
  const first = await dial('127.0.0.9');
  const many = [];
  for (let i = 0; i < 9; i += 1) many.push(await dial('127.0.0.8'));
  const [one] = many;
  one?.socket.write('GET /6/head HTTP/1.1\r\nHost: a\r\n\r\n');
  await sleep(50);
  many.push(await dial('127.0.0.8'), await dial('127.0.0.7'));
  await sleep(50);
  t.same(
    [first, ...many].map(({ isOpen }) => isOpen()),
    [true, true, false, false, ...Array(8).fill(true)],
  );
});

t.test(
  'everything malformed: an answer or the end of the connection, no 5xx, and no word in the log',
  async (t) => {
    const { port, lines } = await makeServer(t, RELEASE, { requestTimeout: 300 });
    const found = MALFORMED.map(async ([name, text]) => {
      const raw = new Raw(port);
      const answer = await raw.ask(text);
      const status = answer === '' ? 0 : statusOf(answer);
      t.ok(status < 500, `${name}: ${status}`);
      raw.socket.destroy();
    });
    await Promise.all(found);
    t.equal(await ask(port, '/6/head'), 200);
    t.same(
      lines.filter(({ level }) => Number(level) >= 50),
      [],
    );
  },
);
