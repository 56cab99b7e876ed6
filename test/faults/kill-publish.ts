/** The process dies at a file-system call of a build: at every one of them, and in the middle of every write. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { makeFolder } from '../keys/folder.js';
import { layReadyKeys } from '../keys/ready.js';
import type { Order } from './preload.js';
import { sample } from './sample.js';
import { copyProject, filesIn, rebuild, restart, runIn, SOURCES, wholeHeads, writeFiles } from './shop.js';

export interface Scenario {
  readonly name: string;
  /** What the release before was built from; none when not given. */
  readonly before?: Readonly<Record<string, string>>;
  /** What changes, and is then built under fault. */
  readonly change: Readonly<Record<string, string>>;
  /** Kill points in the usual run; the thorough one has them all. */
  readonly usual: number;
  /** Nothing is remembered of the sources: compiler and linter run. */
  readonly cold?: true;
}

const CHANGED = { 'device/page.html': '<p>other</p>\n', 'device/net/wifi.py': 'def join():\n    return 2\n' };
const ONE_ABI = { 'soft-ota.json': '{"abis": [6]}' };
const TWO_ABIS = { 'soft-ota.json': '{"abis": [6, 5]}' };

export const SCENARIOS: readonly Scenario[] = [
  { name: 'the first release', change: SOURCES, usual: 8 },
  { name: 'a release after another', before: SOURCES, change: CHANGED, usual: 14 },
  { name: 'an ABI goes', before: { ...SOURCES, ...TWO_ABIS }, change: { ...CHANGED, ...ONE_ABI }, usual: 8 },
  { name: 'an ABI comes', before: { ...SOURCES, ...ONE_ABI }, change: { ...CHANGED, ...TWO_ABIS }, usual: 0 },
  { name: 'a release that nothing is remembered of', before: SOURCES, change: CHANGED, cold: true, usual: 0 },
];

export interface Outcome {
  readonly points: number;
  readonly old: number;
  readonly new: number;
  readonly broken: readonly string[];
}

const TOGETHER = 2;

/** @param most kill points to try, drawn by `seed` when there are more */
export async function killEverywhere(
  t: Test,
  scenario: Scenario,
  most: number,
  seed: number,
): Promise<Outcome> {
  const dir = makeFolder(t);
  const { start, end, calls } = await prepare(dir, scenario);
  const orders = sample(ordersFor(calls), most, seed);
  const expected = filesIn(end);
  const results: string[] = [];
  let next = 0;
  const work = async () => {
    for (let i = next++; i < orders.length; i = next++) {
      const place = join(dir, `try-${i}`);
      copyProject(start, place);
      results[i] = await killOnce(place, orders[i] ?? { at: 1, torn: false }, expected).catch(
        (error: unknown) => `${JSON.stringify(orders[i])}: ${error}`,
      );
      rmSync(place, { recursive: true });
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, work));
  const count = (what: string) => results.filter((result) => result === what).length;
  const broken = results.filter((result) => !['old', 'new'].includes(result));
  return { points: orders.length, old: count('old'), new: count('new'), broken };
}

/** The project as it is before the build, as it is after one that nothing disturbs, and the calls of that one. */
async function prepare(dir: string, { before, change, cold }: Scenario) {
  const [start, end] = [join(dir, 'start'), join(dir, 'end')];
  await layReadyKeys(join(start, 'keys'));
  if (before !== undefined) {
    writeFiles(start, before);
    await mustBuild(start);
  }
  writeFiles(start, change);
  copyProject(start, end);
  const { counted } = await mustBuild(end);
  if (cold) return { start, end, calls: counted };
  // Once more, with everything remembered: most of the calls of a first build are those of the cache.
  copyProject(join(end, '.soft-ota', 'cache'), join(start, '.soft-ota', 'cache'));
  rmSync(end, { recursive: true });
  copyProject(start, end);
  return { start, end, calls: (await mustBuild(end)).counted };
}

async function mustBuild(dir: string) {
  const ended = await runIn(dir, 'build');
  if (ended.code !== 0) throw new Error(ended.errors);
  return ended;
}

/** Every point of a run that made these calls. */
export function ordersFor(calls: readonly string[]): Order[] {
  const writes = calls.filter((call) => call.startsWith('writeFile'));
  return [
    ...calls.map((_, i) => ({ at: i + 1, torn: false })),
    ...writes.map((_, i) => ({ at: i + 1, torn: true })),
  ];
}

/** @returns which release the folder holds after the restart; throws when anything is not as it must be */
async function killOnce(dir: string, order: Order, expected: readonly string[]): Promise<'old' | 'new'> {
  const [old = 0] = await wholeHeads(dir);
  const { signal, errors } = await runIn(dir, 'build', order);
  if (signal !== 'SIGKILL') throw new Error(`not killed: ${errors}`);
  const served = (await wholeHeads(dir)).length === 0 ? 0 : await restart(dir);
  await rebuild(dir);
  const last = await restart(dir);
  if (last <= old || ![old, last].includes(served))
    throw new Error(`release ${old}, ${served}, then ${last}`);
  const litter = filesIn(dir).filter((path) => !expected.includes(path));
  const missing = expected.filter((path) => !filesIn(dir).includes(path));
  if (litter.length + missing.length > 0) throw new Error(`litter: ${litter}; missing: ${missing}`);
  return served === old ? 'old' : 'new';
}
