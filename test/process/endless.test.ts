/** A source that the compiler never ends with holds up neither the next save nor the end of the server. */
import { join } from 'node:path';
import t from 'tap';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import { makeProject, startScript, write } from './made-project.js';

const KEYS = join(makeFolder(t), 'keys');
await writeReadyKeys(KEYS);
const LOCAL = ['--port', '0', '--host', '127.0.0.1'];
const ENDLESS = 'LIMIT = 9 ** 9 ** 7\n';
const moment = () => new Promise((resolve) => setTimeout(resolve, 500));

t.test('a correction is published while the compiler is still at the fault', async (t) => {
  const dir = makeProject(t, KEYS);
  write(dir, 'net/unused.py', 'import time\n');
  const server = startScript(t, LOCAL, dir);
  let warned = 0;
  server.child.stdout.on('data', (piece) => {
    warned += String(piece).split('"msg":"build warning"').length - 1;
  });
  const first = await server.line('release published');
  await moment();
  const before = warned;
  t.ok(before > 0, 'an unused import is said, and stops nothing');
  write(dir, 'net/limit.py', ENDLESS);
  await moment();
  write(dir, 'net/limit.py', 'LIMIT = 387420489\n');
  const second = await server.line('release published');
  t.ok(Number(second.release) > Number(first.release));
  t.equal(server.errors(), '');
  t.equal(warned, before, 'and it is not said again at each save');
  server.child.kill('SIGTERM');
  t.equal(await server.exit, 0);
});

t.test('a signal ends the server in its first build', async (t) => {
  const dir = makeProject(t, KEYS);
  write(dir, 'net/limit.py', ENDLESS);
  const server = startScript(t, LOCAL, dir);
  await server.line('listening');
  await moment();
  server.child.kill('SIGTERM');
  await server.line('stopping');
  t.equal(await server.exit, 0);
  t.equal(server.errors(), '');
});
