import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { statePath } from '../../server/releases/layout.js';
import { lockFolder } from '../../server/releases/lock.js';
import { makeFolder } from '../keys/folder.js';
import { codeOfAsync } from '../throws-code.js';

const LOCK = new URL('../../server/releases/lock.js', import.meta.url).href;
const lay = (bdist: string, text: string) => {
  mkdirSync(dirname(statePath(bdist, 'lock')), { recursive: true });
  writeFileSync(statePath(bdist, 'lock'), text);
};

t.test('one at a time, also in one process', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  const unlock = await lockFolder(bdist);
  t.equal(await codeOfAsync(() => lockFolder(bdist)), 'folder_locked');
  await unlock();
  t.notOk(existsSync(statePath(bdist, 'lock')));
  await (await lockFolder(bdist))();
});

t.test('a living process keeps its lock; a killed one loses it', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  const script = `const { lockFolder } = await import(${JSON.stringify(LOCK)});
    await lockFolder(${JSON.stringify(bdist)}); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await t.rejects(lockFolder(bdist), {
    code: 'folder_locked',
    message: new RegExp(`Process ${child.pid} works in`),
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const unlock = await lockFolder(bdist);
  t.match(readFileSync(statePath(bdist, 'lock'), 'utf8'), new RegExp(`^${process.pid} `));
  await unlock();
});

t.test('a number that another process has now is no lock', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  for (const text of [`${process.ppid} 1\n`, '1 1\n', '', 'nonsense\n', '99999999 5\n']) {
    lay(bdist, text);
    await (await lockFolder(bdist))();
  }
  t.notOk(existsSync(statePath(bdist, 'lock')));
});

t.test('of many that want a dead lock, exactly one gets it', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  lay(bdist, '99999999 5\n');
  const codes = await Promise.all(Array.from({ length: 10 }, () => codeOfAsync(() => lockFolder(bdist))));
  t.same(codes.filter((code) => code === 'ok').length, 1);
  t.same(codes.filter((code) => code === 'folder_locked').length, 9);
});
