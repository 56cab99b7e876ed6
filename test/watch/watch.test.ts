import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { SoftOtaError } from '../../server/errors.js';
import { watchChanges } from '../../server/watch/changes.js';
import { debounced } from '../../server/watch/debounce.js';
import { republisher } from '../../server/watch/republish.js';
import { makeFolder } from '../keys/folder.js';

t.test('S1.5 events that follow one another make one call', async (t) => {
  let calls = 0;
  const { touch } = debounced(
    () => {
      calls += 1;
    },
    40,
    1000,
  );
  for (let i = 0; i < 5; i += 1) {
    touch();
    await sleep(10);
  }
  t.equal(calls, 0);
  await sleep(80);
  t.equal(calls, 1);
  touch();
  await sleep(80);
  t.equal(calls, 2);
});

t.test('S1.5 events that never end do not put it off for ever', async (t) => {
  let calls = 0;
  const { touch, cancel } = debounced(
    () => {
      calls += 1;
    },
    50,
    100,
  );
  for (let i = 0; i < 30; i += 1) {
    touch();
    await sleep(10);
  }
  t.ok(calls >= 2, `${calls} calls in 300 ms`);
  touch();
  cancel();
  const before = calls;
  await sleep(80);
  t.equal(calls, before, 'cancelled');
});

t.test('S1.5 one build at a time, one more for all that was asked for meanwhile', async (t) => {
  let running = 0;
  let builds = 0;
  const { request } = republisher(
    async () => {
      running += 1;
      t.equal(running, 1, 'alone');
      await sleep(20);
      builds += 1;
      running -= 1;
    },
    () => t.fail('nothing fails'),
  );
  await Promise.all([request(), request(), request(), request()]);
  t.equal(builds, 2);
  await request();
  t.equal(builds, 3);
});

t.test('S1.3 a build that fails is reported, and the next one runs', async (t) => {
  const codes: string[] = [];
  let broken = true;
  const { request } = republisher(
    async () => {
      if (broken) throw new SoftOtaError('source_syntax', 'main.py:3: invalid syntax');
    },
    (error) => codes.push(error.code),
  );
  await request();
  broken = false;
  await request();
  t.same(codes, ['source_syntax']);
  const odd = republisher(
    () => Promise.reject(new TypeError('odd')),
    (error) => codes.push(error.code),
  );
  await odd.request();
  const denied = republisher(
    () => readFile('/dev/null/main.py'),
    (error) => codes.push(error.code),
  );
  await denied.request();
  t.same(
    codes,
    ['source_syntax', 'internal', 'disk_failed'],
    'what the system says is no fault of the server',
  );
});

t.test('S1.5 a file that is half saved: the build that read it is dropped without a word', async (t) => {
  const failures: unknown[] = [];
  const { request, invalidate } = republisher(
    async () => {
      await sleep(20);
      throw new SoftOtaError('source_syntax', 'main.py:3: half a line');
    },
    (error) => failures.push(error),
  );
  const first = request();
  invalidate();
  await first;
  t.same(failures, []);
});

t.test('S1.5 saving, adding and removing files are seen; folders of git are not', async (t) => {
  const dir = makeFolder(t);
  const device = join(dir, 'device');
  mkdirSync(join(device, '.git'), { recursive: true });
  writeFileSync(join(device, 'main.py'), 'one');
  let calls = 0;
  await sleep(40);
  const close = await watchChanges({
    paths: [device, join(dir, 'soft-ota.json')],
    onEvent: () => undefined,
    onSettled: () => {
      calls += 1;
    },
    onLimit: (error) => t.fail(String(error)),
    onError: (error) => t.fail(String(error)),
  });
  t.teardown(close);
  const after = async (act: () => void): Promise<number> => {
    const before = calls;
    act();
    for (let i = 0; i < 60 && calls === before; i += 1) await sleep(5);
    return calls - before;
  };
  t.equal(await after(() => writeFileSync(join(device, 'main.py'), 'two')), 1);
  t.equal(await after(() => mkdirSync(join(device, 'net'))), 1);
  t.equal(await after(() => writeFileSync(join(device, 'net', 'wifi.py'), 'x')), 1);
  t.equal(await after(() => writeFileSync(join(dir, 'soft-ota.json'), '{}')), 1, 'a file that was not there');
  t.equal(await after(() => writeFileSync(join(device, '.git', 'index'), 'x')), 0);
});

t.test('S1.5 what changes while the watches are laid is not missed', async (t) => {
  const misses = [0, 5, 10, 20, 40, 80, 160].map(async (delay) => {
    const device = makeFolder(t);
    writeFileSync(join(device, 'main.py'), 'one');
    await sleep(40);
    let calls = 0;
    setTimeout(() => writeFileSync(join(device, delay % 20 === 0 ? 'main.py' : 'new.py'), 'two'), delay);
    const onSettled = () => {
      calls += 1;
    };
    t.teardown(
      await watchChanges({
        paths: [device],
        onEvent: () => undefined,
        onSettled,
        onLimit: t.error,
        onError: t.error,
      }),
    );
    await sleep(200);
    return calls > 0 ? [] : [delay];
  });
  t.same((await Promise.all(misses)).flat(), []);
});

t.test('S1.5 the first look is no change, also when a path is not there yet', async (t) => {
  const dir = makeFolder(t);
  for (let i = 0; i < 50; i += 1) writeFileSync(join(dir, `${i}.py`), '');
  await sleep(40);
  const events: string[] = [];
  const paths = [dir, join(dir, '..', 'no-such-file.json')];
  const note = () => events.push('event');
  t.teardown(
    await watchChanges({ paths, onEvent: note, onSettled: note, onLimit: t.error, onError: t.error }),
  );
  await sleep(100);
  t.same(events, []);
});
