/** Asks the rules in the VM and the oracle about the same scene, and tells where they differ. */
import { type Expected, expected, pressed } from './oracle.js';
import { DAYS, type Scene } from './rules-cases.js';
import { type Ask, type Case, type Run, WALK } from './rules-vm.js';
import { isoOf, wallClock } from './wall-clock.js';

const NEAR = [-1, 0, 1];

export interface Job {
  readonly scene: Scene;
  readonly plan: Expected;
  readonly presses: readonly (readonly [number, boolean])[];
  readonly asked: readonly number[];
  readonly input: Case;
}

/** `stride` 1 asks at every minute; else at every so many, and around everything that happens. */
export function job(scene: Scene, stride: number): Job {
  const { from, timers, zone } = scene;
  const to = from + DAYS * 1440;
  const plan = expected(timers, wallClock(zone.name), from, to);
  const presses = scene.presses.map(([after, choice]) => [from + after, choice] as const);
  const asked = minutes(scene, plan, to, stride);
  const ask = stride === 1 ? null : asked;
  return { scene, plan, presses, asked, input: { tz: zone.tz, timers, from, to, ask, presses } };
}

function minutes(scene: Scene, plan: Expected, to: number, stride: number): number[] {
  const { from, zone, presses } = scene;
  const all = new Set<number>();
  for (let minute = from; minute < to; minute += stride) all.add(minute);
  const events = [
    ...wallClock(zone.name).changes.map(([at]) => at),
    ...presses.map(([after]) => from + after),
  ];
  for (let at = plan.next(from); at !== undefined && at < to; at = plan.next(at)) events.push(at);
  for (const at of events) for (const by of NEAR) all.add(at + by);
  return [...all].filter((minute) => minute >= from && minute < to).sort((a, b) => a - b);
}

type Answer = readonly [on: boolean | null, next: number | null];

function answers(runs: readonly Run[], asked: readonly number[]): Answer[] {
  let at = -1;
  return asked.map((minute) => {
    while (at + 1 < runs.length && (runs[at + 1]?.[0] ?? 0) <= minute) at++;
    return [runs[at]?.[1] ?? null, runs[at]?.[2] ?? null];
  });
}

function oracle({ scene, plan, presses, asked }: Job): Answer[] {
  if (!scene.timers.active) return asked.map(() => [null, null]);
  let now = plan;
  let pressesSeen = 0;
  return asked.map((minute) => {
    const press = presses[pressesSeen];
    if (press?.[0] === minute) {
      now = pressed(plan, minute, press[1]);
      pressesSeen++;
    }
    return [now.on[minute - now.from] === 1, now.next(minute) ?? null];
  });
}

/** The first difference as text, or undefined. */
export function difference(job: Job, runs: readonly Run[]): string | undefined {
  const { asked, scene } = job;
  const rules = answers(runs, asked);
  const truth = oracle(job);
  const at = asked.findIndex((_, i) => rules[i]?.[0] !== truth[i]?.[0] || rules[i]?.[1] !== truth[i]?.[1]);
  if (at < 0) return undefined;
  const told = ([on, next]: Answer = [null, null]): string =>
    `${on}, next ${next === null ? next : isoOf(next)}`;
  return `${scene.zone.name} at ${isoOf(asked[at] ?? 0)}Z: rules ${told(rules[at])}; oracle ${told(truth[at])}; ${JSON.stringify(scene)}`;
}

/** All differences, and how many minutes were compared. */
export async function compare(
  ask: Ask,
  scenes: readonly Scene[],
  stride: number,
): Promise<{ wrong: string[]; minutes: number }> {
  const jobs = scenes.map((scene) => job(scene, stride));
  const runs = (await ask(
    WALK,
    jobs.map(({ input }) => input),
  )) as Run[][];
  const wrong = jobs
    .map((one, i) => difference(one, runs[i] ?? []))
    .filter((line): line is string => line !== undefined);
  return { wrong, minutes: jobs.reduce((sum, { asked }) => sum + asked.length, 0) };
}
