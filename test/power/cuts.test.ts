/** S1.14: the power fails at every operation on the flash, and again while the board recovers from that. */
import t, { type Test } from 'tap';
import { sample } from '../faults/sample.js';
import { Bench, together } from './bench.js';
import { Explorer } from './explorer.js';
import type { Point } from './points.js';
import { Releases } from './releases.js';
import { type Rules, type Scenario, Scenarios } from './scenarios.js';
import { ALL, most, SEED } from './thorough.js';
import { nameOf } from './tree.js';

/** Boots of the usual run for each: first cuts, and cuts in what follows. */
interface Share {
  readonly first: number;
  readonly second: number;
}

/** With littlefs all first cuts of an update and an undo; else a sample. `npm run power` tries all. */
const SHARES: Readonly<Record<Rules, readonly Share[]>> = {
  littlefs: [
    { first: Number.POSITIVE_INFINITY, second: 3 },
    { first: Number.POSITIVE_INFINITY, second: 2 },
    { first: 2, second: 1 },
    { first: 2, second: 1 },
    { first: 2, second: 1 },
    { first: 2, second: 1 },
  ],
  fat: [
    { first: 8, second: 1 },
    { first: 5, second: 1 },
    { first: 1, second: 1 },
    { first: 2, second: 1 },
    { first: 1, second: 1 },
    { first: 2, second: 1 },
  ],
};

async function scenarios(all: Scenarios): Promise<Scenario[]> {
  const undo = await all.undo();
  return [all.update(), undo, all.resumed(), all.recovery('old'), all.recovery('new'), all.repair()];
}

/** First cuts, second cuts, and with all the time there is any number of them: until there is no state that was not tried. */
async function explore(t: Test, explorer: Explorer, share: Share): Promise<void> {
  const { name, fs } = explorer.scenario;
  const points = await explorer.first();
  await explorer.go(points, most(share.first));
  t.comment(`${name}, ${fs}: ${explorer.line(points)}`);
  const second = explorer.afterwards(points);
  await explorer.go(second, most(share.second));
  t.comment(`${name}, ${fs}, then a second cut: ${explorer.line(second, 'pairs')}`);
  if (ALL) await closure(t, explorer, second);
  t.strictSame(explorer.broken, [], `${name}, ${fs}`);
}

async function closure(t: Test, explorer: Explorer, points: readonly Point[]): Promise<void> {
  const { name, fs } = explorer.scenario;
  let more = explorer.fresh(explorer.afterwards(points));
  for (; more.length > 0; more = explorer.fresh(explorer.afterwards(more))) await explorer.go(more);
  t.comment(`${name}, ${fs}, any number of cuts: ${explorer.states()}`);
}

for (const fs of ['littlefs', 'fat'] as Rules[])
  t.test(`S1.14 after a power cut the old release runs or the new one (${fs})`, async (t) => {
    t.setTimeout(0);
    t.comment(`seed ${SEED} (SOFT_OTA_POWER_SEED)`);
    const bench = new Bench(t);
    const releases = await Releases.make(t, ['old', 'new', 'bad', 'next']);
    const all = await Scenarios.make(releases, bench, fs);
    for (const [i, scenario] of (await scenarios(all)).entries()) {
      await explore(t, new Explorer(bench, scenario), SHARES[fs][i] ?? { first: 1, second: 1 });
    }
    if (fs === 'littlefs') await reallyCut(t, bench, all.update());
    t.comment(`${bench.boots} boots`);
  });

/** The states above were seen while one boot went through. Here the power does fail: what is left is one of those. */
async function reallyCut(t: Test, bench: Bench, { start, to, fs }: Scenario): Promise<void> {
  const whole = await bench.boot(start, { to, fs });
  const seen = new Set(whole.film.scenes.map(({ tree }) => nameOf(tree)));
  const operations = Array.from({ length: whole.ops }, (_, i) => i + 1);
  await together(sample(operations, most(4), SEED), async (cutAt) => {
    const { outcome, end } = await bench.boot(start, { to, fs, faults: { cutAt } });
    t.equal(outcome, 'cut', `the power is cut at operation ${cutAt}`);
    t.ok(seen.has(nameOf(end)), `and leaves what the flash was before operation ${cutAt}`);
  });
}
