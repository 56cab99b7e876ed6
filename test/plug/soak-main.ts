/** npm run soak: sixty days, or as many as are told; another seed each time, which is printed. */
import fc from 'fast-check';
import type { Test } from 'tap';
import type { FlagTable } from '../../server/cli/flags.js';
import { runCommand } from '../../server/cli/run-command.js';
import { compare } from './compare.js';
import { DAYS, scene } from './rules-cases.js';
import { rulesInVm } from './rules-vm.js';
import { soak } from './soak.js';

const flags = {
  days: { kind: 'number', value: 'N', min: 1, max: 3650, default: 60, help: 'how many days the plug lives' },
  seed: { kind: 'number', value: 'N', min: 0, max: 0x7fff_ffff, help: 'the same days again' },
} as const satisfies FlagTable;
const summary =
  'Lets days happen to the simulated plug (outages, power cuts, people), and random plans to its rules; both are held against the oracle.';
const LIMIT = { timeout: 7_200_000 };

await runCommand({ name: 'soak', summary, flags, inside: true }, async ({ days, seed = now() }) => {
  const { default: t } = await import('tap');
  t.setTimeout(LIMIT.timeout);
  await t.test(`S1.69 ${days * 10} random plans over ${DAYS} days (seed ${seed})`, LIMIT, (t) =>
    plans(t, days, seed),
  );
  const name = `S1.60 S1.61 S1.82 ${days} days with outages, power cuts and people (seed ${seed})`;
  await t.test(name, LIMIT, (t) => life(t, days, seed));
  return t.passing() ? 0 : 1;
});

function now(): number {
  return Math.floor(Date.now() / 1000);
}

async function plans(t: Test, days: number, seed: number): Promise<void> {
  const ask = await rulesInVm();
  let minutes = 0;
  for (let day = 0; day < days; day++) {
    const result = await compare(ask, fc.sample(scene, { numRuns: 10, seed: seed + day }), 31);
    minutes += result.minutes;
    if (result.wrong.length > 0) t.strictSame(result.wrong, []);
  }
  t.pass(`${minutes} minutes compared`);
}

async function life(t: Test, days: number, seed: number): Promise<void> {
  const outcome = await soak(t, seed, days);
  t.comment(JSON.stringify(outcome));
  t.equal(outcome.short, 0, 'there was memory enough');
  t.ok(outcome.growth <= 256, `the heap grew by ${outcome.growth} bytes`);
}
