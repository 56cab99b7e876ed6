/** Servers measured in turn, round after round, so that whatever else the machine does hits all of them alike. */
import { setTimeout as sleep } from 'node:timers/promises';
import { result } from '../lab/child.js';
import { cpuMs } from '../lab/cpu.js';
import { median } from '../median.js';
import type { HammerJob, HammerResult } from './hammer.js';

export interface Target {
  readonly name: string;
  readonly port: number;
  /** The process that serves, and its workers. */
  readonly pids: readonly number[];
  readonly targets: readonly (readonly string[])[];
}

export interface Rate {
  /** Requests a second, the median of all rounds. */
  readonly perSecond: number;
  /** Microseconds of the server's processor time for a request; NaN where that cannot be known. */
  readonly cpu: number;
  /** Values of the single rounds, in order. */
  readonly rounds: readonly number[];
}

const ROUNDS = 5;
const ROUND_MS = 1500;
const WARM_UP_MS = 1000;
/** Until then V8 still compiles what is measured; on a busy machine a second is too short for so many. */
const WARM_UP_REQUESTS = 15_000;

/** The rates by name. */
export async function compare(targets: readonly Target[]): Promise<Map<string, Rate>> {
  for (const target of targets) await warmUp(target);
  const found = new Map(targets.map(({ name }) => [name, [] as Round[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of targets) found.get(target.name)?.push(await once(target, ROUND_MS));
  }
  return new Map([...found].map(([name, rounds]) => [name, summary(rounds)]));
}

async function warmUp(target: Target): Promise<void> {
  for (let asked = 0; asked < WARM_UP_REQUESTS; ) asked += (await once(target, WARM_UP_MS)).requests;
}

interface Round {
  readonly requests: number;
  readonly perSecond: number;
  readonly cpu: number;
}

async function once({ port, pids, targets }: Target, ms: number): Promise<Round> {
  const before = await spent(pids);
  const job: HammerJob = { port, targets, ms };
  const { requests, ms: took } = await result<HammerResult>('bench/load/hammer.js', job);
  const cpu = ((await spent(pids)) - before) * 1000;
  // Closing many connections takes the server a moment that belongs to this round.
  await sleep(100);
  return { requests, perSecond: (requests / took) * 1000, cpu: cpu / requests };
}

async function spent(pids: readonly number[]): Promise<number> {
  const all = await Promise.all(pids.map(cpuMs));
  return all.reduce((sum, ms) => sum + ms, 0);
}

function summary(rounds: readonly Round[]): Rate {
  const rates = rounds.map(({ perSecond }) => perSecond);
  return { perSecond: median(rates), cpu: median(rounds.map(({ cpu }) => cpu)), rounds: rates };
}
