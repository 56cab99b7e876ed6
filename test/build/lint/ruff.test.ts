/** A source on which ruff breaks down, or that it never ends with, is named, and the others are checked. */
import { join } from 'node:path';
import t from 'tap';
import { lintTree } from '../../../server/build/lint/lint.js';
import { Ruff } from '../../../server/build/lint/ruff.js';

const DEEP = `A = 1\nx = ${Array(5000).fill('A').join(' + ')}\n`;

t.test('thousands of terms are a warning at their place, and no other file is hurt', async (t) => {
  const sources = new Map([
    ['a.py', 'print(missing)\n'],
    ['deep.py', DEEP],
    ['z.py', 'print(missing)\n'],
  ]);
  const findings = await lintTree(sources, { esp8266: true, rulesOff: [], cache: t.testdir() });
  t.match(findings, [
    { file: 'a.py', rule: 'F821', severity: 'error' },
    { file: 'deep.py', line: 2, column: 1, rule: 'unchecked', severity: 'warning', message: /longest line/ },
    { file: 'z.py', rule: 'F821', severity: 'error' },
  ]);
  t.equal(findings.length, 3);
});

const SCRIPT = `
process.send('ready');
process.on('message', (source) => {
  if (source === 'hang') for (;;) {}
  if (source === 'end') process.exit(1);
  process.send([{ rule: source, line: 1, column: 1, message: '' }]);
});`;

t.test('one that never ends is stopped, and a question is taken back', async (t) => {
  const ruff = new Ruff(join(t.testdir({ 'ruff.cjs': SCRIPT }), 'ruff.cjs'), 1000);
  const controller = new AbortController();
  const taken = ruff.ask('taken back', controller.signal);
  const answers = Promise.all(['hang', 'after', 'last'].map((source) => ruff.ask(source)));
  controller.abort(new Error('saved again'));
  await t.rejects(taken, { message: 'saved again' });
  t.match(await answers, [[{ rule: 'unchecked', line: 1 }], [{ rule: 'after' }], [{ rule: 'last' }]]);
  await t.rejects(ruff.ask('late', controller.signal), { message: 'saved again' });
});

t.test('one that ended before it got the last question is blamed for its own source alone', async (t) => {
  const ruff = new Ruff(join(t.testdir({ 'ruff.cjs': SCRIPT }), 'ruff.cjs'), 10_000);
  await ruff.ask('ready');
  const first = [ruff.ask('before'), ruff.ask('end')];
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000); // it has ended when this thread looks again
  const answers = await Promise.all([...first, ruff.ask('after')]);
  t.match(answers, [[{ rule: 'before' }], [{ rule: 'unchecked' }], [{ rule: 'after' }]]);
});
