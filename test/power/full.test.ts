/** S1.14: the flash is full from some moment on, too small, or worn: the old release runs or the new one all the same. */
import t, { type Test } from 'tap';
import { sample } from '../faults/sample.js';
import { Bench, type BootOptions, together } from './bench.js';
import { Explorer } from './explorer.js';
import type { Point } from './points.js';
import { Releases } from './releases.js';
import { runs, type Scenario, Scenarios } from './scenarios.js';
import { LITTLEFS, maxCases, SEED } from './thorough.js';
import { blocksOf, nameOf } from './tree.js';

/** Blocks that an update of these boards takes are far fewer. */
const BLOCKS = 40;
/**
 * Not the program, the client and the guard, which do not run when they cannot be read; without its own settings a board asks nobody, and
 * without the old manifest nobody knows what has to go.
 */
const isSpare = (path: string): boolean =>
  !/^(boot\.py|main\.py|(rescue|net\.mpy|ota)(\/|$)|data\/(ota\.json|manifest))/.test(path);
/** A board that can write nothing down counts no failed boot: it starts anew every five minutes, as long as that lasts. */
const STUCK_MS = 4000;
/** A fault, and the options of the boot that has it. */
type Case = readonly [what: string, options: Partial<BootOptions>];
/** Does a boot with the fault have to end well by itself, or the one after it? */
type Ends = 'at once' | 'next boot';

async function tried(
  t: Test,
  name: string,
  bench: Bench,
  scenario: Scenario,
  cases: Case[],
  ends: Ends,
  usual: number,
) {
  const explorer = new Explorer(bench, scenario);
  const points: Point[] = [];
  await together(sample(cases, maxCases(usual), SEED), async ([what, options]) => {
    const { start, to, fs } = scenario;
    const { end, outcome, log } = await bench.boot(start, { to, fs, ...options });
    points.push({ what, tree: end, id: nameOf(end) });
    const { which, why } = runs(scenario, end);
    if (ends === 'at once' && (which === 'broken' || outcome !== 'plug-up'))
      explorer.broken.push(`${what}: at once: ${outcome}, ${why}\n${log}`);
  });
  await explorer.go(points);
  t.comment(`${name}, ${scenario.fs}: ${explorer.line(points, 'faults')}`);
  t.strictSame(explorer.broken, [], name);
}

t.test('S1.14 a flash that is full or worn', async (t) => {
  t.setTimeout(0);
  const bench = new Bench(t);
  const releases = await Releases.make(t, ['old', 'new', 'bad', 'next']);
  const all = await Scenarios.make(releases, bench, LITTLEFS);
  const update = all.update();
  const whole = await bench.boot(update.start, { to: update.to });
  const operations = Array.from({ length: whole.ops }, (_, i) => i + 1);
  const full = operations.map((fullAt): Case => [`full from operation ${fullAt}`, { faults: { fullAt } }]);
  await tried(t, 'update, full from an operation on', bench, update, full, 'next boot', 6);
  const used = blocksOf(update.start);
  const small = Array.from({ length: BLOCKS }, (_, i): Case => [`${i} blocks free`, { blocks: used + i }]);
  await tried(t, 'update, few blocks free', bench, update, small, 'at once', 6);

  const paths = [...new Set(whole.recorder.scenes.flatMap(({ tree }) => [...tree.keys()]))];
  const misread = paths
    .filter(isSpare)
    .map((path): Case => [`${path} is misread`, { faults: { readBack: [`/${path}`] } }]);
  const onWorn = all.worn();
  await tried(t, 'update, a file reads back wrong', bench, onWorn, misread, 'at once', 6);
  const journal = misread.filter(([what]) => what.startsWith('update/journal'));
  await tried(t, 'update, the journal reads back wrong', bench, onWorn, journal, 'at once', 1);
  const worn = paths.filter((path) => path.startsWith('update/'));
  const spoilt = worn.map((path): Case => [`${path} is stored wrong`, { faults: { worn: [`/${path}`] } }]);
  await tried(t, 'update, a file is stored wrong', bench, onWorn, spoilt, 'at once', 6);

  const undo = await all.undo();
  const back = await bench.boot(undo.start, { to: undo.to });
  const times = Array.from({ length: back.ops }, (_, i) => i + 1);
  const stuck = times.map(
    (fullAt): Case => [
      `full from operation ${fullAt}`,
      { faults: { fullAt }, clock: 'driven', timeout: STUCK_MS },
    ],
  );
  await tried(t, 'undo, full from an operation on', bench, undo, stuck, 'next boot', 3);
  t.comment(`${bench.boots} boots`);
});
