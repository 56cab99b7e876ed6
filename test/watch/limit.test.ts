/** The system allows no more watches: one line, and saved files are found all the same. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watch } from 'chokidar';
import t from 'tap';
import { type OpenWatcher, watchChanges } from '../../server/watch/changes.js';
import { makeFolder } from '../keys/folder.js';

function refusal(code: string): Error {
  return Object.assign(new Error(`${code}: no more watches`), { code });
}

for (const code of ['EMFILE', 'ENOSPC']) {
  t.test(`${code} for each of the files: told once, then polled`, async (t) => {
    const device = makeFolder(t);
    writeFileSync(join(device, 'main.py'), 'one');
    const told: string[] = [];
    const modes: boolean[] = [];
    let seen: () => void = () => undefined;
    const open: OpenWatcher = (paths, usePolling) => {
      modes.push(usePolling);
      const watcher = watch(usePolling ? [...paths] : [], { usePolling, interval: 50, alwaysStat: true });
      const refuse = () => watcher.emit('error', refusal(code));
      if (!usePolling) for (let i = 0; i < 3; i += 1) setTimeout(refuse, 10);
      return watcher;
    };
    const onLimit = (error: Error) => told.push(error.message);
    const onSettled = () => seen();
    const close = await watchChanges(
      { paths: [device], onEvent: () => undefined, onSettled, onLimit, onError: t.error },
      open,
    );
    t.teardown(close);
    t.strictSame([told, modes], [[`${code}: no more watches`], [false, true]]);
    await new Promise<void>((resolve) => {
      seen = resolve;
      writeFileSync(join(device, 'main.py'), 'a longer two');
    });
    t.strictSame([told.length, modes.length], [1, 2]);
  });
}

const CHILD = (module: string, device: string) => `
import { writeFileSync } from 'node:fs';
const { watchChanges } = await import(${JSON.stringify(module)});
const close = await watchChanges({
  paths: [${JSON.stringify(device)}],
  onEvent: () => undefined,
  onSettled: () => { console.log('calm'); process.exit(); },
  onLimit: ({ code }) => console.log(code),
  onError: (error) => console.log('error', error),
});
setTimeout(() => writeFileSync(${JSON.stringify(join(device, 'main.py'))}, 'a longer two'), 200);
`;
const NONE = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$0" "$@"';
const canLimit = spawnSync('unshare', ['-Ur', 'sh', '-c', NONE, 'true']).status === 0;

t.test('a real system without inotify', { skip: !canLimit && 'no unshare' }, async (t) => {
  const device = join(makeFolder(t), 'device');
  mkdirSync(device);
  writeFileSync(join(device, 'main.py'), 'one');
  const module = fileURLToPath(new URL('../../server/watch/changes.js', import.meta.url));
  const node = [process.execPath, '--input-type=module', '-e', CHILD(module, device)];
  const { stdout, stderr } = spawnSync('unshare', ['-Ur', 'sh', '-c', NONE, ...node], { encoding: 'utf8' });
  t.strictSame([stdout, stderr], ['EMFILE\ncalm\n', '']);
});
