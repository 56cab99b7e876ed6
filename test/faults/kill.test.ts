/** SIGKILL at any file-system call of a build. All of them, and those of a cold build: npm run faults. */
import t from 'tap';
import { doNotSync } from './disk.js';
import { killEverywhere, SCENARIOS } from './kill-publish.js';
import { isThorough } from './sample.js';

const SEED = 4;
await doNotSync();

for (const scenario of SCENARIOS) {
  const most = isThorough() ? Number.POSITIVE_INFINITY : scenario.usual;
  if (most === 0) continue;
  t.test(`killed while publishing: ${scenario.name}`, async (t) => {
    const { points, old, new: fresh, broken } = await killEverywhere(t, scenario, most, SEED);
    t.comment(`${points} kill points, ${old} old, ${fresh} new, ${broken.length} broken`);
    t.same(broken, []);
    t.ok(points > 10);
  });
}
