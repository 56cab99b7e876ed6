/** The plug's rules as they are shipped (.mpy), asked inside the real VM. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openCompiler } from '../../server/build/compile/compiler.js';
import { vm } from '../../simulator/vm.js';
import { ROOT } from '../device/raw-vm.js';
import type { RulesJob } from './rules-vm.worker.js';

export interface Timers {
  readonly active: boolean;
  readonly reverse: boolean;
  readonly days: number;
  /** [start, end, mask]: local minutes of the day, bit 0 of the mask is Monday. */
  readonly rows: readonly (readonly [number, number, number])[];
}

/** Minutes count from 2000-01-01T00:00Z, as on the device. */
export interface Case {
  readonly tz: string;
  readonly timers: Timers;
  readonly from: number;
  readonly to: number;
  /** The minutes that are looked at; null: each one. */
  readonly ask: readonly number[] | null;
  /** What somebody chose, and when; these minutes are looked at. */
  readonly presses: readonly (readonly [minute: number, on: boolean])[];
}

/** From this minute on: is it on, and when does it change next. */
export type Run = readonly [minute: number, on: boolean | null, next: number | null];

const MODULES = ['forms', 'rules', 'menu', 'timers'];
export type Sources = ReadonlyMap<string, string>;

export function shipped(): Map<string, string> {
  return new Map(MODULES.map((name) => [name, readFileSync(join(ROOT, `device/plug/${name}.py`), 'utf8')]));
}

async function compiled(sources: Sources): Promise<[string, Buffer][]> {
  const compiler = openCompiler();
  try {
    return await Promise.all(
      [...sources].map(async ([name, text]): Promise<[string, Buffer]> => {
        const job = { abi: 6, path: `plug/${name}.py`, source: Buffer.from(text), checkOnly: false } as const;
        return [`/plug/${name}.mpy`, await compiler.compile(job)];
      }),
    );
  } finally {
    await compiler.close();
  }
}

/** Runs a script, which finds its cases in /cases.json; gives what it prints behind `result `. One question at a time. */
export type Ask = (script: string, cases: unknown) => Promise<unknown>;

export async function rulesInVm(sources: Sources = shipped()): Promise<Ask> {
  const { loader, module } = await vm('1.27');
  const workerData: RulesJob = { loader, module, files: await compiled(sources) };
  const worker = new Worker(new URL('./rules-vm.worker.js', import.meta.url), { workerData });
  worker.unref();
  return async (script, cases) => {
    worker.ref(); // the process lives while it waits for an answer, and no longer
    worker.postMessage([script, JSON.stringify(cases)]);
    const [lines] = (await once(worker, 'message')) as [string[]];
    worker.unref();
    const result = lines.find((line) => line.startsWith('result '));
    if (result === undefined) throw new Error(`no result: ${lines.join('\n')}`);
    return JSON.parse(result.slice('result '.length));
  };
}

export const WALK = readFileSync(join(ROOT, 'test/plug/walk.py'), 'utf8');
