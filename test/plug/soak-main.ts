/** npm run soak [-- days seed]: sixty days, or as many as are told; another seed each time, which is printed. */
import t from 'tap';
import { soak } from './soak.js';

const [days = 60, seed = Math.floor(Date.now() / 1000)] = process.argv.slice(2).map(Number);

t.setTimeout(7_200_000);
t.test(
  `${days} days with outages, power cuts and people (seed ${seed})`,
  { timeout: 7_200_000 },
  async (t) => {
    const outcome = await soak(t, seed, days);
    t.comment(JSON.stringify(outcome));
    t.equal(outcome.short, 0, 'there was memory enough');
    t.ok(outcome.growth <= 256, `the heap grew by ${outcome.growth} bytes`);
  },
);
