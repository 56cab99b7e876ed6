/** The proof can fail: each of these faults, put into the client or the guard, leaves a board broken. */
import t from 'tap';
import { World } from '../e2e/world.js';
import { Bench } from './bench.js';
import { Explorer } from './explorer.js';
import type { Point } from './points.js';
import { type Patch, Releases } from './releases.js';
import { Scenarios } from './scenarios.js';
import { LITTLEFS } from './thorough.js';
import type { Tree } from './tree.js';

interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** Among these flashes is one that shows it. */
  readonly where: (flash: Tree) => boolean;
  /** A file that is stored wrongly, as on a worn flash. */
  readonly worn?: string;
}

const INSTALL = 'ota/install.py';
const GUARD = 'rescue/guard.py';
const COMMIT = 'os.rename("update/plan", "update/journal")  # the commit';

/** Files of the new release that are in update/. */
const staged = (flash: Tree): number => [...flash.keys()].filter((path) => /^update\/n/.test(path)).length;

const MUTANTS: readonly Mutant[] = [
  {
    name: 'no commit record: what is staged so far counts',
    patches: [
      { path: INSTALL, old: 'open("update/plan", "w")', fault: 'open("update/journal", "w")' },
      { path: INSTALL, old: 'open("update/plan")', fault: 'open("update/journal")' },
      { path: INSTALL, old: COMMIT, fault: 'pass' },
    ],
    where: (flash) => flash.has('update/journal') && staged(flash) > 2 && staged(flash) < 6,
  },
  {
    name: 'the commit before the re-read',
    patches: [
      { path: INSTALL, old: '== want == digest(path, idle)', fault: '== want' },
      {
        path: INSTALL,
        old: COMMIT,
        fault: `${COMMIT}\n    for line in open("update/journal"):\n        words = line.split()\n        if len(words) > 3:\n            refuse(digest("update/n" + words[0][1:], http.idle) != words[3], "blob_damaged")`,
      },
    ],
    where: (flash) => flash.has('update/journal'),
    worn: 'lib/b.mpy',
  },
  {
    name: 'the journal deleted early',
    patches: [
      {
        path: GUARD,
        old: '    with open("update/" + name) as f:\n        first',
        fault:
          '    from io import StringIO\n    text = open("update/" + name).read()\n    os.remove("update/" + name)\n    with StringIO(text) as f:\n        first',
      },
      {
        path: GUARD,
        old: 'os.rename("update/journal", "update/trial")',
        fault: 'open("update/trial", "w").close()',
      },
    ],
    where: (flash) => flash.has('update/n1') && !flash.has('update/plan') && !flash.has('update/journal'),
  },
  {
    name: 'a guard that imports from the live ota',
    patches: [
      {
        path: GUARD,
        old: 'import sys\n',
        fault:
          'import sys\n\nsys.path.remove("rescue")\nfrom ota.client import left\n\nleft(0)\nsys.path.insert(0, "rescue")\n',
      },
    ],
    where: (flash) => flash.has('update/journal') && !flash.has('ota/client.mpy'),
  },
];

t.test('each faulty client gives a broken board', async (t) => {
  t.setTimeout(0);
  const world = await World.make(t);
  const bench = new Bench(t);
  for (const mutant of MUTANTS) {
    const explorer = await explorerOf(
      await Releases.make(t, ['old', 'new'], mutant.patches, world),
      bench,
      mutant,
    );
    const points = (await explorer.first()).filter(({ tree }) => mutant.where(tree));
    await untilBroken(explorer, points);
    t.comment(
      `${mutant.name}: ${explorer.line(points)}; ${explorer.broken[0]?.split('\n')[0]?.slice(0, 60)} …`,
    );
    t.ok(explorer.broken.length > 0, mutant.name);
  }
});

async function explorerOf(releases: Releases, bench: Bench, { worn }: Mutant): Promise<Explorer> {
  const scenario = (await Scenarios.make(releases, bench, LITTLEFS)).update();
  if (worn === undefined) return new Explorer(bench, scenario);
  const { log, film } = await bench.boot(scenario.start, { to: scenario.to });
  const staged = film.stagedFor(worn);
  if (staged === undefined) throw new Error(`${worn} was not staged.\n${log}`);
  return new Explorer(bench, scenario, { worn: [staged] });
}

async function untilBroken(explorer: Explorer, points: readonly Point[]): Promise<void> {
  while (explorer.broken.length === 0 && explorer.fresh(points).length > 0) await explorer.go(points, 3);
}
