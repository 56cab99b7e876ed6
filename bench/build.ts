/** From sources to a signed release that is served: the first time, again, and after a save. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atMost, type Bench, type Figure, type Report } from './figure.js';
import { result } from './lab/child.js';
import { type Cleanup, cleanly } from './lab/cleanup.js';
import { compiled } from './lab/paths.js';
import { makeProject, type Project } from './lab/project.js';
import { saves } from './lab/save.js';
import { startServer } from './lab/server.js';
import { pythonBytes, realTree } from './lab/trees.js';
import type { BuildJob, BuildResult } from './load/build-once.js';
import { median } from './median.js';

const COLD_MS = 1000;
const WARM_MS = 100;
const SAVE_MS = 300;
const RUNS = 3;
const AGAIN = 7;
const SAVES = 9;
/** About as large as the mean of all. */
const SAVED = 'ota/client.py';

export const build: Bench = {
  name: 'build',
  summary: 'cold and warm build of 34 files, and from a save to the new release being served',
  run: () => cleanly(measure),
};

async function measure(cleanup: Cleanup): Promise<Report> {
  const sources = await realTree();
  const project = await makeProject(sources, cleanup);
  const paths = [...sources.keys()];
  const found = await builds(project, paths);
  const saved = await saves(project, await startServer(project, cleanup), SAVED, SAVES);
  const [files, bytes] = [sources.size, Math.round(pythonBytes(sources) / 1000)];
  return {
    title: `Build of ${files} sources, ${bytes} KB of .py, for both .mpy versions: lint, compile, sign, lay down`,
    figures: figures(found, saved),
  };
}

interface Times {
  readonly coldProcess: number[];
  readonly warmProcess: number[];
  readonly cold: number[];
  readonly warm: number[];
  readonly inTurn: number[];
  readonly hashed: number[];
  readonly bare: number[];
}

/** Subject and references in turn. */
async function builds(project: Project, paths: readonly string[]): Promise<Times> {
  const times: Times = {
    coldProcess: [],
    warmProcess: [],
    cold: [],
    warm: [],
    inTurn: [],
    hashed: [],
    bare: [],
  };
  for (let run = 0; run < RUNS; run += 1) {
    await forget(project);
    times.coldProcess.push(processTime(project.folder, [compiled('scripts/build.js')]));
    times.warmProcess.push(processTime(project.folder, [compiled('scripts/build.js')]));
    times.bare.push(processTime(project.folder, ['-e', '0']));
    await forget(project);
    const { cold, warm } = await inProcess(project);
    times.cold.push(cold);
    times.warm.push(...warm);
    times.hashed.push(hashAll(project.device, paths));
    times.inTurn.push(await inTurn(project.device, paths));
  }
  return times;
}

/** Nothing built, nothing remembered. */
async function forget({ folder, bdist }: Project): Promise<void> {
  for (const path of [bdist, join(folder, '.soft-ota')]) await rm(path, { recursive: true, force: true });
}

/** Milliseconds that a whole Node process takes. */
function processTime(cwd: string, args: readonly string[]): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with code ${status}`);
  return performance.now() - began;
}

function inProcess({ folder, ...places }: Project): Promise<BuildResult> {
  const job: BuildJob = { ...places, cache: join(folder, '.soft-ota', 'cache'), again: AGAIN };
  return result<BuildResult>('bench/load/build-once.js', job, folder);
}

function hashAll(device: string, paths: readonly string[]): number {
  const began = performance.now();
  for (const path of paths)
    createHash('sha256')
      .update(readFileSync(join(device, path)))
      .digest();
  return performance.now() - began;
}

async function inTurn(device: string, paths: readonly string[]): Promise<number> {
  const sources = paths.filter((path) => path.endsWith('.py'));
  const job = { device, paths: sources };
  return (await result<{ ms: number }>('bench/reference/compile-in-turn.js', job)).ms;
}

function figures(times: Times, saved: readonly number[]): Figure[] {
  const time = (name: string, values: readonly number[], limit: number) =>
    ({ name, value: median(values), unit: 'ms', kind: 'time', limit: atMost(limit) }) as const;
  const beside = (name: string, values: readonly number[]) => ({
    reference: { name, value: median(values) },
  });
  const packages = beside("mpy-cross's own compile(), in turn", times.inTurn);
  return [
    { ...time('cold, npm run build', times.coldProcess, COLD_MS), ...packages },
    { ...time('cold, in a running process', times.cold, COLD_MS), ...packages },
    { ...time('warm, npm run build', times.warmProcess, WARM_MS), ...beside('node -e 0', times.bare) },
    {
      ...time('warm, in a running process', times.warm, WARM_MS),
      ...beside('SHA-256 of the sources', times.hashed),
    },
    { ...time('save → served, median', saved, SAVE_MS), ...beside('warm, in a running process', times.warm) },
    { ...time('save → served, slowest', [Math.max(...saved)], SAVE_MS) },
  ];
}
