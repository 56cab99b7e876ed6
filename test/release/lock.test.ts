import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { statePath } from '../../server/release/layout.js';
import { lockFolder } from '../../server/release/lock.js';
import { ownText } from '../../server/release/lock-owner.js';
import { makeFolder } from '../keys/folder.js';
import { codeOfAsync } from '../throws-code.js';

const LOCK = new URL('../../server/release/lock.js', import.meta.url).href;
const NOWHERE = { inode: '0', path: '/' };
const [, STARTED = '', WORLD = '', HOST = ''] = (await ownText(NOWHERE)).trimEnd().split(' ');
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
  const numbers = [`${process.ppid} 1`, '1 1', `${process.pid} ${Number(STARTED) - 1}`, '99999999 5'];
  for (const text of [...numbers.map((one) => `${one} ${WORLD} ${HOST}\n`), '', 'nonsense\n']) {
    lay(bdist, text);
    await (await lockFolder(bdist))();
  }
  t.notOk(existsSync(statePath(bdist, 'lock')));
});

t.test('of many that want a dead lock, exactly one gets it', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  lay(bdist, `99999999 5 ${WORLD} ${HOST}\n`);
  const codes = await Promise.all(Array.from({ length: 10 }, () => codeOfAsync(() => lockFolder(bdist))));
  t.same(codes.filter((code) => code === 'ok').length, 1);
  t.same(codes.filter((code) => code === 'folder_locked').length, 9);
});

t.test('a lock of another computer: held while it shows life, also where it has our number', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  const path = statePath(bdist, 'lock');
  for (const pid of [99999999, process.pid]) {
    lay(bdist, `${pid} ${STARTED} elsewhere nas\n`);
    const timer = setInterval(() => utimesSync(path, new Date(), new Date()), 40);
    await t.rejects(lockFolder(bdist, { beat: 100 }), {
      code: 'folder_locked',
      message: `Process ${pid} on nas works in ${bdist}.`,
    });
    clearInterval(timer);
    await (await lockFolder(bdist, { beat: 100 }))();
  }
  lay(bdist, '7 5 elsewhere nas\n');
  const old = new Date(Date.now() - 3_600_000);
  utimesSync(path, old, old);
  await (await lockFolder(bdist))();
  t.same(readdirSync(dirname(path)), [], 'an old one is taken over at once, and nothing stays');
});

t.test('a lock shows life, and a lock that somebody else has now is not taken away', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  const path = statePath(bdist, 'lock');
  const unlock = await lockFolder(bdist, { beat: 30 });
  const old = new Date(0);
  utimesSync(path, old, old);
  for (let i = 0; i < 100 && statSync(path).mtimeMs === 0; i += 1) await sleep(10);
  t.ok(statSync(path).mtimeMs > 0);
  const inode = String(statSync(path).ino);
  t.equal(readFileSync(path, 'utf8'), await ownText({ inode, path: realpathSync(path) }));
  lay(bdist, '7 5 elsewhere nas\n');
  await unlock();
  t.equal(readFileSync(path, 'utf8'), '7 5 elsewhere nas\n');
});

t.test(
  'a lock that was copied with its project locks nothing; renamed or mounted elsewhere it does',
  async (t) => {
    const dir = makeFolder(t);
    const project = join(dir, 'my project %20');
    const unlock = await lockFolder(join(project, 'bdist'));
    t.teardown(unlock);
    const copy = join(dir, 'copy');
    cpSync(project, copy, { recursive: true, preserveTimestamps: true });
    const free = await lockFolder(join(copy, 'bdist'));
    t.equal(await codeOfAsync(() => lockFolder(join(copy, 'bdist'))), 'folder_locked', 'now it has its own');
    await free();
    t.equal(await codeOfAsync(() => lockFolder(join(project, 'bdist'))), 'folder_locked');
    symlinkSync(project, join(dir, 'mounted'));
    t.equal(await codeOfAsync(() => lockFolder(join(dir, 'mounted/bdist'))), 'folder_locked');
    renameSync(project, join(dir, 'renamed'));
    t.equal(await codeOfAsync(() => lockFolder(join(dir, 'renamed/bdist'))), 'folder_locked');
    renameSync(join(dir, 'renamed'), project);
  },
);

t.test('drafts of killed processes go', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  lay(bdist, `99999999 5 ${WORLD} ${HOST}\n`);
  const path = statePath(bdist, 'lock');
  for (const name of ['99999998', '99999997.dead']) writeFileSync(`${path}.${name}`, 'x');
  const unlock = await lockFolder(bdist);
  t.same(readdirSync(dirname(path)), ['bdist.lock']);
  await unlock();
});
