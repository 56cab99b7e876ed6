/** npm run soak [-- days seed]: sixty days, or as many as are told; another seed each time, which is printed. */
import fc from 'fast-check';
import t from 'tap';
import { compare } from './compare.js';
import { DAYS, scene } from './rules-cases.js';
import { rulesInVm } from './rules-vm.js';
import { soak } from './soak.js';

const [days = 60, seed = Math.floor(Date.now() / 1000)] = process.argv.slice(2).map(Number);

t.setTimeout(7_200_000);
t.test(
  `S1.69 ${days * 10} random plans over ${DAYS} days (seed ${seed})`,
  { timeout: 7_200_000 },
  async (t) => {
    const ask = await rulesInVm();
    let minutes = 0;
    for (let day = 0; day < days; day++) {
      const result = await compare(ask, fc.sample(scene, { numRuns: 10, seed: seed + day }), 31);
      minutes += result.minutes;
      if (result.wrong.length > 0) t.strictSame(result.wrong, []);
    }
    t.pass(`${minutes} minutes compared`);
  },
);

t.test(
  `S1.60 S1.61 S1.82 ${days} days with outages, power cuts and people (seed ${seed})`,
  { timeout: 7_200_000 },
  async (t) => {
    const outcome = await soak(t, seed, days);
    t.comment(JSON.stringify(outcome));
    t.equal(outcome.short, 0, 'there was memory enough');
    t.ok(outcome.growth <= 256, `the heap grew by ${outcome.growth} bytes`);
  },
);
