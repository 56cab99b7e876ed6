/** Boots share threads, one after the other: nothing of one may be left in the next, and nothing may run after its end. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { VM_VERSIONS } from '../../simulator/vm.js';
import { world } from './world.js';

/** Everything that Python has to go on with when something is raised. */
const STUBBORN = `import machine
try:
    try:
        END
    except BaseException:
        open("caught", "w").close()
    finally:
        open("finally", "w").close()
except:
    pass
open("after", "w").close()
`;

for (const vm of VM_VERSIONS) {
  t.test(`${vm}: no Python runs after a reset or a power cut, not even finally`, async (t) => {
    const { board, flash } = world(t, { 'main.py': STUBBORN.replace('END', 'machine.reset()') }, { vm });
    t.equal(await board.boot({ until: 'reset' }), 'reset');
    t.equal(await board.boot({ until: 'reset' }), 'reset', 'and the next boot goes the same way');
    await board.cut();
    const sleeper = world(
      t,
      { 'main.py': STUBBORN.replace('END', 'machine.Pin(2, 1, value=1)\n        machine.lightsleep(60000)') },
      { vm },
    );
    const asleep = new Promise<void>((resolve) => {
      sleeper.board.onPin = () => resolve();
    });
    await Promise.all([asleep, sleeper.board.boot({ until: 100 })]);
    await sleeper.board.cut();
    for (const folder of [flash, sleeper.flash])
      for (const name of ['caught', 'finally', 'after']) t.notOk(existsSync(join(folder, name)), name);
  });

  t.test(`${vm}: a boot finds nothing of the one before`, async (t) => {
    const left =
      'import sys, builtins\nprint(hasattr(builtins, "left"), hasattr(sys.modules["time"], "left"))\n';
    const leave = 'import time\nbuiltins.left = time.left = 1\nopen("/kept", "w").write("x" * 9000)\n';
    const { run, board } = world(t, { 'main.py': left + leave }, { vm });
    for (let boot = 0; boot < 3; boot++) {
      t.strictSame(await run(), ['False False']);
      await board.cut();
    }
    const other = world(t, { 'main.py': 'import os\nprint(os.listdir())\n' }, { vm });
    t.strictSame(await other.run(), ["['main.py']"]);
  });
}

t.test('a program that calls nothing loses its power all the same', async (t) => {
  const { board } = world(t, { 'boot.py': 'print("up")\n', 'main.py': 'while True: pass\n' });
  const up = board.event('log');
  await Promise.all([up, board.boot({ until: 100 })]);
  await board.cut();
  const idle = world(t, { 'main.py': 'print("next")\n' });
  t.strictSame(await idle.run(), ['next']);
});
