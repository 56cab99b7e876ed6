/** S1.14: the power fails at every operation on the flash, and again while the board recovers from that. */
import t, { type Test } from 'tap';
import { sample } from '../faults/sample.js';
import { Bench, together } from './bench.js';
import { Explorer, lineOf, type Tally } from './explorer.js';
import type { Point } from './points.js';
import { Releases } from './releases.js';
import { type Rules, type Scenario, Scenarios } from './scenarios.js';
import { ALL, LITTLEFS, maxCases, SEED } from './thorough.js';
import { nameOf } from './tree.js';

/** Boots of the usual run for each: first cuts, and cuts in what follows. */
interface Share {
  readonly first: number;
  readonly second: number;
}

const NOTHING: Share = { first: 0, second: 0 };

/** A sample. `npm run power` tries all. */
const SHARES: Readonly<Record<'littlefs' | 'fat', readonly Share[]>> = {
  littlefs: [
    { first: 12, second: 2 },
    { first: 6, second: 1 },
    { first: 4, second: 1 },
    { first: 1, second: 1 },
    { first: 1, second: 1 },
    { first: 1, second: 1 },
    { first: 3, second: 1 },
    { first: 2, second: 1 },
    { first: 1, second: 1 },
    { first: 1, second: 1 },
  ],
  fat: [
    { first: 1, second: 1 },
    { first: 1, second: 1 },
    { first: 1, second: 1 },
  ],
};

async function scenarios(all: Scenarios): Promise<Scenario[]> {
  const undo = await all.undo();
  const both = [all.update(), undo, all.recovery('old'), all.recovery('new'), all.resumed(), all.repair()];
  if (all.fs === 'fat') return both;
  return [...both, all.lib(), await all.inplace(), all.epoch(), await all.full()];
}

const NONE: Tally = { tried: 0, old: 0, new: 0, broken: 0 };
const plus = (a: Tally, b: Tally): Tally => ({
  tried: a.tried + b.tried,
  old: a.old + b.old,
  new: a.new + b.new,
  broken: a.broken + b.broken,
});

/** First cuts, second cuts, and with all the time there is any number of them: until there is no state that was not tried. */
async function explore(t: Test, explorer: Explorer, share: Share): Promise<Tally> {
  const { name, fs } = explorer.scenario;
  const points = await explorer.first(true);
  await explorer.go(points, maxCases(share.first));
  t.comment(`${name}, ${fs}: ${explorer.line(points)}`);
  const second = explorer.afterwards(points);
  await explorer.go(second, maxCases(share.second));
  t.comment(`${name}, ${fs}, then a second cut: ${explorer.line(second, 'pairs')}`);
  if (ALL) await closure(t, explorer, second);
  t.strictSame(explorer.broken, [], `${name}, ${fs}`);
  return plus(explorer.tally(points), explorer.tally(second));
}

async function closure(t: Test, explorer: Explorer, points: readonly Point[]): Promise<void> {
  const { name, fs } = explorer.scenario;
  let more = explorer.fresh(explorer.afterwards(points));
  for (; more.length > 0; more = explorer.fresh(explorer.afterwards(more))) await explorer.go(more);
  t.comment(`${name}, ${fs}, any number of cuts: ${explorer.states()}`);
}

t.test('S1.14 after a power cut the old release runs or the new one', async (t) => {
  t.setTimeout(0);
  t.comment(`seed ${SEED} (SOFT_OTA_POWER_SEED)`);
  const bench = new Bench(t);
  const releases = await Releases.make(t, ['old', 'new', 'bad', 'next', 'lib', 'inplace', 'epoch']);
  let sum = NONE;
  for (const fs of [LITTLEFS, 'fat'] as Rules[]) {
    const all = await Scenarios.make(releases, bench, fs);
    for (const [i, scenario] of (await scenarios(all)).entries()) {
      const share = SHARES[fs === 'fat' ? 'fat' : 'littlefs'][i];
      if (share === undefined && !ALL) continue;
      sum = plus(sum, await explore(t, new Explorer(bench, scenario), share ?? NOTHING));
    }
    if (fs !== 'fat') await reallyCut(t, bench, all.update());
  }
  t.comment(`${lineOf(sum)} (${bench.boots} boots: boards with the same flash go on in the same way)`);
});

/** The states above were seen while one boot went through. Here the power does fail: what is left is one of those. */
async function reallyCut(t: Test, bench: Bench, { start, to, fs }: Scenario): Promise<void> {
  const whole = await bench.boot(start, { to, fs });
  const seen = new Set(whole.recorder.scenes.map(({ tree }) => nameOf(tree)));
  const operations = Array.from({ length: whole.ops }, (_, i) => i + 1);
  await together(sample(operations, maxCases(4), SEED), async (cutAt) => {
    const { outcome, end } = await bench.boot(start, { to, fs, faults: { cutAt } });
    t.equal(outcome, 'cut', `the power is cut at operation ${cutAt}`);
    t.ok(seen.has(nameOf(end)), `and leaves what the flash was before operation ${cutAt}`);
  });
}
