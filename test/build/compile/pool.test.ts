import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { Pool, PoolTimeout } from '../../../server/build/compile/pool.js';

const ECHO = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', (question) => {
  if (question === 'die') throw new Error('died');
  if (question === 'hang') for (;;) {}
  parentPort.postMessage(question);
});`;

function echoPool(size: number, started: { count: number }, timeoutMs = 3_600_000): Pool<string, string> {
  return new Pool(
    () => {
      started.count += 1;
      return new Worker(ECHO, { eval: true, stderr: true });
    },
    size,
    timeoutMs,
  );
}

t.test('starts nothing before the first question, and no more workers than the queue is worth', async (t) => {
  const started = { count: 0 };
  const pool = echoPool(3, started);
  t.equal(started.count, 0);
  t.equal(await pool.ask('one'), 'one');
  await Promise.all(['two', 'three', 'four'].map((question) => pool.ask(question)));
  t.equal(started.count, 1, 'a short queue is not worth another start');
  const many = Array.from({ length: 40 }, (_, i) => `q${i}`);
  t.strictSame(await Promise.all(many.map((question) => pool.ask(question))), many, 'each its own answer');
  t.equal(started.count, 3);
  await pool.close();
});

t.test('a worker that dies fails its own question and is replaced', async (t) => {
  const started = { count: 0 };
  const pool = echoPool(1, started);
  const answers = await Promise.allSettled([pool.ask('die'), pool.ask('after')]);
  t.match(answers, [
    { status: 'rejected', reason: { message: 'died' } },
    { status: 'fulfilled', value: 'after' },
  ]);
  t.equal(started.count, 2);
  await pool.close();
});

t.test('a worker that takes too long is ended, and the next question gets another', async (t) => {
  const started = { count: 0 };
  const pool = echoPool(1, started, 1000);
  const [late, after] = await Promise.allSettled([pool.ask('hang'), pool.ask('after')]);
  t.ok(late.status === 'rejected' && late.reason instanceof PoolTimeout);
  t.match(after, { status: 'fulfilled', value: 'after' });
  t.equal(started.count, 2);
  await pool.close();
});

t.test('a question is taken back while it waits and while it is worked on', async (t) => {
  const pool = echoPool(1, { count: 0 });
  const controller = new AbortController();
  const reason = new Error('saved again');
  const asked = ['hang', 'waits'].map((question) => pool.ask(question, controller.signal));
  setTimeout(() => controller.abort(reason), 50);
  t.match(await Promise.allSettled(asked), [
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ]);
  await t.rejects(pool.ask('late', controller.signal), reason);
  t.equal(await pool.ask('after'), 'after');
  await pool.close();
});

t.test('closing fails what is asked and what waits', async (t) => {
  const pool = echoPool(1, { count: 0 });
  const asked = Promise.allSettled([pool.ask('hang'), pool.ask('waiting')]);
  await pool.close();
  t.match(await asked, [{ status: 'rejected' }, { status: 'rejected' }]);
  await t.rejects(pool.ask('late'), { message: 'the workers were closed' });
});

t.test('idle workers let the process end, and a close at the end of it is awaited', async (t) => {
  const compiler = new URL('../../../server/build/compile/compiler.js', import.meta.url);
  const script = (end: string) => `
    import { openCompiler } from '${compiler}';
    const compiler = openCompiler();
    const job = (abi) => compiler.compile({ abi, path: 'x.py', source: Buffer.from(''), checkOnly: false });
    await Promise.all([6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5].map(job));
    ${end}
    console.log('end');`;
  for (const end of ['', 'await compiler.close();']) {
    const args = ['--input-type=module', '-e', script(end)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
    t.equal(stdout, 'end\n');
  }
});
