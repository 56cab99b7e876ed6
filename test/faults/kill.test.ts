/** SIGKILL at any file-system call of a build, and of making keys. All of them, and those of a cold build: npm run faults. */
import { join } from 'node:path';
import t from 'tap';
import { ensureKeys } from '../../server/keys/ensure.js';
import { makeFolder } from '../keys/folder.js';
import { codeOfAsync } from '../throws-code.js';
import { doNotSync } from './disk.js';
import { killEverywhere, ordersFor, SCENARIOS } from './kill-publish.js';
import { isThorough, sample } from './sample.js';
import { filesIn, runIn } from './shop.js';

const SEED = 4;
await doNotSync();

for (const scenario of SCENARIOS) {
  const most = isThorough() ? Number.POSITIVE_INFINITY : scenario.usual;
  if (most === 0) continue;
  t.test(`killed while publishing: ${scenario.name}`, async (t) => {
    const { points, old, new: fresh, broken } = await killEverywhere(t, scenario, most, SEED);
    t.comment(`${points} kill points, ${old} old, ${fresh} new, ${broken.length} broken`);
    t.same(broken, []);
    t.ok(points >= Math.min(most, 11));
  });
}

t.test('killed while keys are made: the next try makes them, or finds them whole', async (t) => {
  const dir = makeFolder(t);
  const { counted } = await runIn(join(dir, 'end'), 'keygen');
  const expected = filesIn(join(dir, 'end'));
  t.same(expected.length, 5, expected.join());
  const points = sample(ordersFor(counted), isThorough() ? Number.POSITIVE_INFINITY : 5, SEED);
  const broken: string[] = [];
  for (const [i, order] of points.entries()) {
    const place = join(dir, String(i));
    const { signal } = await runIn(place, 'keygen', order);
    if (signal !== 'SIGKILL') broken.push(`${JSON.stringify(order)}: not killed`);
    const made = await codeOfAsync(() => ensureKeys(join(place, 'keys')));
    const left = filesIn(place).filter((path) => !expected.includes(path));
    // The public half alone never comes first, and a draft that stays is hidden from git and written over.
    if (made !== 'ok' || left.length > 1) broken.push(`${JSON.stringify(order)}: ${made}, ${left}`);
  }
  t.comment(`${points.length} kill points, ${broken.length} broken`);
  t.same(broken, []);
});
