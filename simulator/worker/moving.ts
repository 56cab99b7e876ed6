/**
 * What littlefs shows after a power cut inside a rename from one folder to another. Such a rename is two commits, and between
 * them the target is there and the source is not. Some generations count the entries of the source folder wrongly until the next
 * call that would change something; nothing is lost, but a program does not see what is there. Pure.
 */
import { posix } from 'node:path';

/** 2.1: MicroPython up to 1.12 or so; 2.8: 1.18 … 1.25; 2.11: 1.26 and later. */
export const LITTLEFS = ['2.1', '2.8', '2.11'] as const;
export type Littlefs = (typeof LITTLEFS)[number];

/** A rename whose second commit is missing. Absolute paths. */
export interface Moving {
  readonly from: string;
  readonly to: string;
}

/** A path → the path whose entry is found in its place, or undefined: nothing is. Other paths are found as they are. */
export type Disguise = ReadonlyMap<string, string | undefined>;

const RULES: Readonly<
  Record<Littlefs, (moving: Moving, before: string[], after: string[]) => [string, string | undefined][]>
> = {
  '2.1': shifted,
  '2.8': () => [],
  '2.11': (_moving, _before, [next]) => (next === undefined ? [] : [[next, undefined]]),
};

/** @param names what lies in the source folder, without what was moved away */
export function disguise(littlefs: Littlefs, moving: Moving, names: readonly string[]): Disguise {
  const folder = posix.dirname(moving.from);
  const paths = names.map((name) => posix.join(folder, name)).sort();
  const before = paths.filter((path) => path < moving.from);
  const after = paths.filter((path) => path > moving.from);
  return new Map(RULES[littlefs](moving, before, after));
}

/**
 * Entries are found by number. In 2.1 those up to the moved one are looked for one place too high, and those after the next one,
 * one place too low.
 */
function shifted({ to }: Moving, before: string[], after: string[]): [string, string][] {
  const low = before.map((path, i): [string, string] => [path, before[i + 1] ?? to]);
  const high = after.slice(1).map((path, i): [string, string] => [path, after[i] ?? path]);
  return [...low, ...high];
}
