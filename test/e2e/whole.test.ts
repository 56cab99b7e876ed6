/** The shipped set on a 1 MB board with 38 KB, everything on: old and new stand beside each other until the new one has proved itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { onTrial } from '../../simulator/trial.js';
import { glob } from './files.js';
import { named, refusal, World } from './world.js';

const SETTINGS: Readonly<Record<string, string>> = {
  timers: '{"active": true, "rows": [[360, 480, 127], [1080, 1320, 127]]}\n',
  mqtt: '{"host": "127.0.0.1", "port": 9, "ha": true, "main": "home/lamp"}\n',
};

/** The same program in other bytes: a name more in each module, an empty line in each page. */
function everyFile(device: string): Record<string, string> {
  const release = glob(device).filter((path) => !/^(boot\.py|rescue\/)/.test(path));
  return Object.fromEntries(
    release.map((path) => {
      const text = readFileSync(join(device, path), 'utf8');
      return [path, `${text}${path.endsWith('.py') ? '_z = 1\n' : '\n'}`];
    }),
  );
}

t.test('S1.14 a release that changes every file of the plug fits beside the one that runs', async (t) => {
  const world = await World.make(t, { plug: true });
  await world.publish();
  const board = await world.board(t);
  for (const name of ['plug', 'timers', 'mqtt'])
    await board.lay(`data/${name}.json`, SETTINGS[name] ?? '{}\n');
  for (const time of ['first', 'second']) {
    const changed = everyFile(world.folders.device);
    await world.write(changed);
    const release = await world.publish();
    const events = await board.powerOn();
    t.notOk(refusal(events), JSON.stringify(refusal(events)));
    t.equal(named(events, 'file').length, Object.keys(changed).length, `the ${time} time`);
    t.match(named(events, 'plug-up').at(-1), { release });
    t.notOk(onTrial(board.options.flash), 'it has proved itself in its first boot');
    t.notOk(JSON.stringify(events).includes('MemoryError'), 'nobody was short of memory');
  }
});
