/** The proof can fail: each of these faults, put into the client or the guard, leaves a board broken. */
import t from 'tap';
import { World } from '../e2e/world.js';
import { Bench } from './bench.js';
import { Explorer } from './explorer.js';
import type { Point } from './points.js';
import { type Patch, Releases } from './releases.js';
import { type Rules, Scenarios } from './scenarios.js';
import { LITTLEFS } from './thorough.js';
import { HALF, type Tree } from './tree.js';

interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** Among these flashes is one that shows it. */
  readonly where: (flash: Tree) => boolean;
  /** A file that is stored wrongly, as on a worn flash. */
  readonly worn?: string;
  /** The one that shows it. */
  readonly littlefs?: Rules;
}

const INSTALL = 'ota/install.py';
const GUARD = 'rescue/guard.py';

/** Of the update: the guard keeps the old files under names with a p. */
const kept = (flash: Tree): number => [...flash.keys()].filter((path) => /^update\/p/.test(path)).length;
const staged = (flash: Tree): number => [...flash.keys()].filter((path) => /^update\/n/.test(path)).length;

/** The guard takes every file for what it should be. */
const BLIND: readonly Patch[] = [
  { path: GUARD, old: 'if digest(a) != want:', fault: 'if not there(a):' },
  { path: GUARD, old: '    if digest(b) != want:\n        raise ValueError(b)\n', fault: '' },
];

const MUTANTS: readonly Mutant[] = [
  {
    name: 'no commit record: what is staged so far counts',
    patches: [
      { path: GUARD, old: '("commit", swap)', fault: '("journal", swap)' },
      { path: GUARD, old: 'gone("update/commit")', fault: 'gone("update/journal")' },
      {
        path: GUARD,
        old: '            if new != "-":\n                put(',
        fault: '            if new != "-" and there("update/n" + n):\n                put(',
      },
    ],
    where: (flash) => flash.has('update/journal') && staged(flash) > 3 && staged(flash) < 6,
  },
  {
    name: 'the commit before the re-read',
    patches: [
      { path: INSTALL, old: '== want == digest(path, idle)', fault: '== want' },
      {
        path: INSTALL,
        old: '    commit()\n',
        fault:
          '    commit()\n    for line in open("update/journal"):\n        words = line.split()\n        if len(words) > 4 and words[0][0] == "+":\n            refuse(digest("update/n" + words[0][1:], http.idle) != words[2], "blob_damaged")\n',
      },
      ...BLIND,
    ],
    where: (flash) => flash.has('update/commit'),
    worn: 'lib/b.mpy',
  },
  {
    name: 'the commit deleted early',
    patches: [
      {
        path: GUARD,
        old: 'kind = steps(forward)',
        fault: 'gone("update/commit")\n    kind = steps(forward)',
      },
    ],
    where: (flash) => !flash.has('update/commit') && !flash.has('update/trial') && kept(flash) > 4,
  },
  {
    name: 'a guard that imports from the live ota',
    patches: [
      {
        path: GUARD,
        old: 'import sys\n',
        fault:
          'import sys\n\nsys.path.remove("rescue")\nsys.path.append("")\nfrom ota.client import left\n\nleft(0)\nsys.path[:] = "rescue", ".frozen"\n',
      },
    ],
    where: (flash) => flash.has('update/commit') && !flash.has('ota/client.mpy'),
  },
  {
    name: 'a guard that renames from one folder to another',
    patches: [
      {
        path: GUARD,
        old: '        if digest(path) != new:\n            if old != "-":\n                put(path, "update/p" + n, old)\n            if new != "-":\n                put("update/n" + n, path, new)\n',
        fault: `        if there("update/n" + n):
            if there(path):
                os.rename(path, "update/p" + n)
            for i in range(len(path)):
                if path[i] == "/" and not there(path[:i]):
                    os.mkdir(path[:i])
            os.rename("update/n" + n, path)
`,
      },
    ],
    where: (flash) => flash.has(HALF),
    littlefs: 'littlefs 2.11',
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

async function explorerOf(releases: Releases, bench: Bench, { worn, littlefs }: Mutant): Promise<Explorer> {
  const scenario = (await Scenarios.make(releases, bench, littlefs ?? LITTLEFS)).update();
  if (worn === undefined) return new Explorer(bench, scenario);
  const { log, recorder } = await bench.boot(scenario.start, { to: scenario.to });
  const staged = recorder.stagedFor(worn);
  if (staged === undefined) throw new Error(`${worn} was not staged.\n${log}`);
  return new Explorer(bench, scenario, { worn: [staged] });
}

async function untilBroken(explorer: Explorer, points: readonly Point[]): Promise<void> {
  while (explorer.broken.length === 0 && explorer.fresh(points).length > 0) await explorer.go(points, 3);
}
