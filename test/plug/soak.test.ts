/** A day in a home, on the driven clock. `npm run soak` does sixty, or as many as it is told. */
import t from 'tap';
import { soak } from './soak.js';

t.setTimeout(280_000);
t.test('S1.60 S1.61 S1.82 a day with outages, power cuts and people', { timeout: 280_000 }, async (t) => {
  const outcome = await soak(t, 5, 1);
  t.comment(JSON.stringify(outcome));
  t.ok(outcome.minutes > 1350, 'each minute was compared');
  t.ok(outcome.switched > 8, `${outcome.switched} switching points were met`);
  t.equal(outcome.short, 0, 'there was memory enough');
  t.ok(outcome.growth <= 256, `the heap grew by ${outcome.growth} bytes`);
});
