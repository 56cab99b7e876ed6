/** Words for names that have none yet. Pure. */
import { isPrivate, type SetNames } from './kept.js';
import { inForce } from './minify.js';
import type { NameMap } from './names.js';
import { POOL } from './pool.js';

/**
 * The names of ours that cost a board heap, those of most files first.
 * @param compiled for each file of the set, as it was renamed, the names that it brings along
 */
export function unmapped(set: SetNames, map: NameMap, compiled: readonly (readonly string[])[]): string[] {
  const used = inForce(set, map);
  const counts = new Map<string, number>();
  for (const name of compiled.flat()) {
    if (set.taken.has(name) && isPrivate(name, set) && !used.has(name))
      counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || (a < b ? -1 : 1));
}

/** `name word` for each, with words that nobody has, as long as there are some. */
export function assigned(names: readonly string[], set: SetNames, map: NameMap): string[] {
  const gone = new Set([...map.values(), ...set.taken]);
  const free = POOL.filter((word) => !gone.has(word));
  return names.slice(0, free.length).map((name, i) => `${name} ${free[i]}`);
}
