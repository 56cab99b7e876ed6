/** The budgets of the device code in each run of the tests, by what `npm run bench -- size` measures. */
import t from 'tap';
import type { Figure } from '../bench/figure.js';
import { CLIENT_BYTES, GUARD_BYTES, SET_BLOCKS, size } from '../bench/size.js';

/** What lies in memory all the time; the rest of plug/ is loaded for its moment. */
const RESIDENT = ['__init__', 'house', 'mqtt', 'plan', 'rules', 'web'].map((name) => `  plug/${name}.mpy`);

t.test('budgets of the compiled device code', async (t) => {
  const { figures } = await size.run();
  const sum = (fits: (figure: Figure) => boolean): number => {
    const found = figures.filter(fits);
    return found.length === 0 ? Number.NaN : found.reduce((total, { value }) => total + value, 0);
  };
  const starts = (text: string) => sum(({ name }) => name.startsWith(text));
  for (const [what, bytes, most] of [
    ['ota/, compiled', starts('ota/,'), CLIENT_BYTES],
    ['boot.py and rescue/guard.py, as source', starts('boot.py and rescue/guard.py'), GUARD_BYTES],
    ['blocks of the whole set', starts('the whole set, in blocks'), SET_BLOCKS],
    ['what of plug/ stays in memory', sum(({ name }) => RESIDENT.includes(name)), 16_384],
  ] as const)
    t.ok(bytes <= most, `${what}: ${bytes} of ${most}`);
  t.equal(figures.filter(({ name }) => RESIDENT.includes(name)).length, RESIDENT.length);
});
