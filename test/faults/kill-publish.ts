/**
 * The process dies at a file-system call of a build: at every one of them, and in the middle of every write. What that leaves was seen
 * while one build went through, which was filmed before each call; and some builds are really killed.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import { distinctSnapshots, loadSnapshots, type Snapshot, writeSnapshot } from './folder-recorder.js';
import type { Order } from './preload.js';
import {
  copyProject,
  filesIn,
  rebuild,
  restart,
  runIn,
  SOURCES,
  wholeHeads,
  writeFiles,
} from './project-fixture.js';
import { isThorough, sample } from './sample.js';

export interface Scenario {
  readonly name: string;
  /** What the release before was built from; none when not given. */
  readonly before?: Readonly<Record<string, string>>;
  /** What changes, and is then built under fault. */
  readonly change: Readonly<Record<string, string>>;
  /** Scenes of the usual run; the thorough one has them all, and kills at every call. None: not in the usual run. */
  readonly usual: number;
  /** Processes that are really killed in the usual run. */
  readonly killed: number;
  /** Nothing is remembered of the sources: compiler and linter run. */
  readonly cold?: true;
}

const CHANGED = { 'device/page.html': '<p>other</p>\n', 'device/net/wifi.py': 'def join():\n    return 2\n' };
const ONE_ABI = { 'soft-ota.json': '{"abis": [6]}' };
const TWO_ABIS = { 'soft-ota.json': '{"abis": [6, 5]}' };

const ALL = Number.POSITIVE_INFINITY;

export const SCENARIOS: readonly Scenario[] = [
  { name: 'the first release', change: SOURCES, usual: 8, killed: 1 },
  { name: 'a release after another', before: SOURCES, change: CHANGED, usual: ALL, killed: 3 },
  {
    name: 'an ABI goes',
    before: { ...SOURCES, ...TWO_ABIS },
    change: { ...CHANGED, ...ONE_ABI },
    usual: 8,
    killed: 1,
  },
  {
    name: 'an ABI comes',
    before: { ...SOURCES, ...ONE_ABI },
    change: { ...CHANGED, ...TWO_ABIS },
    usual: 0,
    killed: 0,
  },
  {
    name: 'a release that nothing is remembered of',
    before: SOURCES,
    change: CHANGED,
    cold: true,
    usual: 0,
    killed: 0,
  },
];

export interface Outcome {
  /** States of the folder, each tried once. */
  readonly points: number;
  /** Killed processes. */
  readonly killed: number;
  readonly old: number;
  readonly new: number;
  readonly broken: readonly string[];
}

type Found = 'old' | 'new';

/** The project before the build, before each call of it, and what is in it at the end. */
interface Place {
  readonly start: string;
  readonly film: readonly Snapshot[];
  /** The release before; 0: none. */
  readonly old: number;
  readonly expected: readonly string[];
}

/** @param cache of `warmed`; points are drawn by `seed` */
export async function killEverywhere(
  t: Test,
  scenario: Scenario,
  cache: string,
  seed: number,
): Promise<Outcome> {
  const place = await prepare(makeFolder(t), scenario, cache);
  const scenes = sample(distinctSnapshots(place.film), isThorough() ? ALL : scenario.usual, seed);
  const orders = sample(ordersFor(place.film), isThorough() ? ALL : scenario.killed, seed);
  const results = [
    ...(await each(scenes, (scene) => cutAt(place, scene))),
    ...(await each(orders, (order) => killOnce(place, order))),
  ];
  const count = (what: string) => results.filter((result) => result === what).length;
  const broken = results.filter((result) => !['old', 'new'].includes(result));
  return { points: scenes.length, killed: orders.length, old: count('old'), new: count('new'), broken };
}

/** One at a time, since a build of this process is in its folder. */
async function each<T extends Snapshot | Order>(
  points: readonly T[],
  one: (point: T) => Promise<Found>,
): Promise<string[]> {
  const results: string[] = [];
  for (const point of points)
    results.push(await one(point).catch((error: unknown) => `${nameOf(point)}: ${error}`));
  return results;
}

const nameOf = (point: Snapshot | Order): string =>
  'call' in point ? `${point.call}${point.isHalf ? ', half done' : ''}` : JSON.stringify(point);

async function prepare(dir: string, { before, change, cold }: Scenario, cache: string): Promise<Place> {
  const [start, end, film] = [join(dir, 'start'), join(dir, 'end'), join(dir, 'film')];
  await writeReadyKeys(join(start, 'keys'));
  if (!cold) copyProject(cache, join(start, CACHE));
  if (before !== undefined) {
    writeFiles(start, before);
    await rebuild(start);
  }
  writeFiles(start, change);
  copyProject(start, end);
  const { code, errors } = await runIn(end, 'build', { at: 0, torn: false, film });
  if (code !== 0) throw new Error(errors);
  const [old = 0] = await wholeHeads(start);
  return { start, film: loadSnapshots(film), old, expected: filesIn(end) };
}

const CACHE = join('.soft-ota', 'cache');

/** With everything remembered that is built here: most of the calls of a first build are those of the cache. */
export async function warmed(project: string): Promise<string> {
  await writeReadyKeys(join(project, 'keys'));
  for (const files of [{ ...SOURCES, ...TWO_ABIS }, CHANGED]) {
    writeFiles(project, files);
    await rebuild(project);
  }
  return join(project, CACHE);
}

/** Every point of a run with this film. */
function ordersFor(film: readonly Snapshot[]): Order[] {
  return [false, true].flatMap((torn) =>
    film.filter(({ isHalf }) => isHalf === torn).map((_, i) => ({ at: i + 1, torn })),
  );
}

async function cutAt(place: Place, scene: Snapshot): Promise<Found> {
  const dir = `${place.start}-cut`;
  writeSnapshot(scene, dir);
  return recover(place, dir).finally(() => rmSync(dir, { recursive: true }));
}

async function killOnce(place: Place, order: Order): Promise<Found> {
  const dir = `${place.start}-killed`;
  copyProject(place.start, dir);
  try {
    const { signal, errors } = await runIn(dir, 'build', order);
    if (signal !== 'SIGKILL') throw new Error(`not killed: ${errors}`);
    return await recover(place, dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** @returns which release the folder holds after the restart; throws when anything is not as it must be */
async function recover({ old, expected }: Place, dir: string): Promise<Found> {
  const served = (await wholeHeads(dir)).length === 0 ? 0 : await restart(dir);
  await rebuild(dir);
  const last = await restart(dir);
  if (last <= old || ![old, last].includes(served))
    throw new Error(`release ${old}, ${served}, then ${last}`);
  const files = filesIn(dir);
  const litter = files.filter((path) => !expected.includes(path));
  const missing = expected.filter((path) => !files.includes(path));
  if (litter.length + missing.length > 0) throw new Error(`litter: ${litter}; missing: ${missing}`);
  return served === old ? 'old' : 'new';
}
