import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import t, { type Test } from 'tap';
import { RolloutHealth } from '../../server/fleet/rollout-health.js';
import { parseState, RolloutHealthFile } from '../../server/fleet/rollout-health-file.js';
import { makeFolder } from '../keys/folder.js';

const UNDONE = { keys: [], have: 49, bad: 50, error: 'ValueError' };

function open(t: Test, path = join(makeFolder(t), 'state', 'fleet.json')) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const health = new RolloutHealth();
  return { path, lines, health, file: new RolloutHealthFile(path, health, log) };
}

t.test('S1.21 what was reported is there after a restart', async (t) => {
  const { path, health, file } = open(t);
  await file.open();
  health.startFor('50-x');
  health.report('a', UNDONE, 50);
  file.changed(true);
  health.report('b', UNDONE, 50);
  file.changed(true);
  health.report('c', { keys: [], have: 50 }, 50);
  file.changed(false);
  await file.close();
  t.same(readdirSync(join(path, '..')), ['fleet.json'], 'no litter');
  const again = open(t, path);
  await again.file.open();
  t.same(again.health.state, health.state);
  t.ok(again.health.halted);
  t.same(again.lines, []);
  await again.file.close();
  health.startFor('51-y');
  file.changed(true);
  await file.close();
  t.match(readFileSync(path, 'utf8'), /"release":"50-x"/, 'after its end it leaves the file alone');
});

t.test('S1.21 what is urgent is written while the server runs', async (t) => {
  const { path, health, file } = open(t);
  health.startFor('50-x');
  health.report('a', UNDONE, 50);
  file.changed(true);
  for (let i = 0; i < 200; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (parseState(readIf(path))?.failed.length === 1) break;
  }
  t.equal(parseState(readIf(path))?.failed.length, 1);
  await file.close();
});

const readIf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

t.test('S1.21 a file that makes no sense is laid aside, and said', async (t) => {
  const state = { format: 1, release: '50-x', halted: true, failed: [], confirmed: ['a'] };
  t.ok(parseState(JSON.stringify(state)));
  const wrong = [
    '',
    '{',
    'null',
    '[]',
    '\0\0\0\0',
    JSON.stringify({ ...state, format: 2 }),
    JSON.stringify({ ...state, release: 50 }),
    JSON.stringify({ ...state, halted: 'yes' }),
    JSON.stringify({ ...state, confirmed: ['a', 1] }),
    JSON.stringify({ ...state, confirmed: ['../x'] }),
    JSON.stringify({ ...state, failed: [{ device: 'a', error: 'b' }] }),
    JSON.stringify({ ...state, failed: { a: 1 } }),
  ];
  for (const text of wrong) {
    const { path, health, file, lines } = open(t);
    mkdirSync(join(path, '..'));
    writeFileSync(path, text);
    await file.open();
    t.match(lines, [{ level: 50, msg: 'reports not read', file: path, aside: 'fleet.json.damaged' }], text);
    t.equal(readFileSync(`${path}.damaged`, 'utf8'), text);
    t.notOk(health.halted);
  }
  const edited = JSON.stringify({ ...state, failed: [{ device: 'a', error: '\x1b[2J!', known: true }] });
  t.equal(
    parseState(edited)?.failed[0]?.error,
    '[2J!',
    'and what it says is as harmless as what devices say',
  );
});

t.test('a folder that cannot be written stops nothing, and is said', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'state'), 'a file where the folder should be');
  const { health, file, lines } = open(t, join(folder, 'state', 'fleet.json'));
  health.startFor('50-x');
  file.changed(true);
  await file.close();
  t.match(lines, [{ level: 50, msg: 'reports not kept' }]);
  rmSync(join(folder, 'state'));
});
