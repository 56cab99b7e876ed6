/** S1.19 Arbitrary bytes and mutated messages at the device's parsers, in the real VM. More of it: npm run fuzz -- --only device. */
import t from 'tap';
import { fuzzDevice, grown } from './device.js';

t.setTimeout(180_000); // a busy machine

const ROUNDS = 20_000;
const SEED = 20_261_121;

t.test(
  `S1.19 ${ROUNDS} cases: refused, or caught, and nothing outside of update/ (seed ${SEED})`,
  async (t) => {
    const { cases, outcomes, heap, exhausted } = await fuzzDevice(ROUNDS, SEED);
    t.ok(cases >= ROUNDS);
    t.notOk(grown(heap), `heap ${heap.join(' → ')} bytes`);
    t.equal(exhausted, 0, 'never short of memory');
    // what is never reached is not tested
    for (const what of [
      'h False',
      'r False',
      'p True',
      'm planned',
      'm refused:manifest_invalid',
      'u True',
      'u None',
    ])
      t.ok(outcomes.has(what), what);
    t.comment(`${cases} cases, 0 broken; heap ${heap.join(' → ')} bytes; ${outcomes.size} outcomes`);
  },
);

/** A check that is taken out of the device, and what must then be found. */
const LAX = [
  ['a path may climb', 'ota/form.py', '"./" in path', '"..../" in path', /a step for|the device True/],
  ['a signature may be anything', 'ota/trust.py', 'not signed(', 'False and not signed(', /forged/],
] as const;

for (const [name, file, check, instead, found] of LAX) {
  t.test(`it can fail: ${name}`, async (t) => {
    const patch = (path: string, source: string): string => {
      if (path !== file) return source;
      t.ok(source.includes(check), 'the check is there');
      return source.replace(check, instead);
    };
    const error = await fuzzDevice(4000, SEED, patch).catch((e: unknown) => e);
    const { message, cause } = error instanceof Error ? error : new Error('nothing was found');
    t.match(`${message} ${cause}`, found);
  });
}
