/** S1.69: zone, timers and override against a minute-by-minute oracle that shares no line with them. */
import fc from 'fast-check';
import t from 'tap';
import { compare } from './compare.js';
import { DAYS, scene } from './rules-cases.js';
import { rulesInVm } from './rules-vm.js';

/** `npm run soak` tries others. */
const seed = 20261121;
const ask = await rulesInVm();

t.test(
  `S1.69 S1.61 random timers, zones and presses, around moves of the clock (seed ${seed})`,
  async (t) => {
    let minutes = 0;
    let scenes = 0;
    const some = fc.array(scene, { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(some, fc.integer({ min: 20, max: 90 }), async (list, stride) => {
        const result = await compare(ask, list, stride);
        minutes += result.minutes;
        scenes += list.length;
        if (result.wrong[0] !== undefined) throw new Error(result.wrong[0]);
      }),
      { seed, numRuns: 2 },
    );
    t.comment(`${minutes} minutes compared in ${scenes} scenes of ${DAYS} days`);
    t.ok(minutes > 15_000);
  },
);

t.test(`S1.69 each single minute of ${DAYS} days`, async (t) => {
  const lively = scene.filter(({ timers }) => timers.active && timers.rows.length > 1 && timers.days > 0);
  const result = await compare(ask, fc.sample(lively, { numRuns: 3, seed }), 1);
  t.strictSame(result.wrong, []);
  t.equal(result.minutes, 3 * DAYS * 1440);
  t.comment(`${result.minutes} minutes compared`);
});
