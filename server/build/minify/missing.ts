/** Which names of a device folder cost a board heap, and have no word yet. */
import type { Compiler } from '../compile/compiler.js';
import { isGuard, readSources } from '../sources.js';
import { unmapped } from './assign.js';
import { namesOf, type SetNames } from './kept.js';
import { minify } from './minify.js';
import { namesInMpy } from './mpy-names.js';
import { MAP, type NameMap } from './names.js';

export async function missingNames(
  device: string,
  compiler: Compiler,
  map: NameMap = MAP,
): Promise<{ readonly names: string[]; readonly set: SetNames }> {
  const sources = await readSources(device);
  const keep = new Set(['main.py', ...sources.map(({ path }) => path).filter(isGuard)]);
  const compiled = minify(sources, keep, map)
    .files.filter(({ path }) => path.endsWith('.py') && !keep.has(path))
    .map(async ({ path, bytes }) =>
      namesInMpy(await compiler.compile({ abi: 6, path, source: bytes, checkOnly: false })),
    );
  const set = namesOf(sources, keep);
  return { names: unmapped(set, map, await Promise.all(compiled)), set };
}
