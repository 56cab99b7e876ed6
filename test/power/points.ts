/** Where the power can fail in a boot, and what is left on the flash then. */
import type { Booted } from './bench.js';
import type { Rules } from './scenarios.js';
import { nameOf, type Tree } from './tree.js';

export interface Point {
  readonly what: string;
  readonly tree: Tree;
  /** The same for the same flash. */
  readonly id: string;
}

/**
 * littlefs: before each operation, and after the last. FAT has no commit: the file that is being written may also be there in part, so for each
 * one none of it, a byte, half, all but a byte, and all.
 */
export function pointsOf({ recorder, ops }: Booted, fs: Rules): Point[] {
  const ids = new Map<Tree, string>();
  const idOf = (tree: Tree): string => {
    const id = ids.get(tree) ?? nameOf(tree);
    ids.set(tree, id);
    return id;
  };
  const points = Array.from({ length: ops + 1 }, (_, i): Point => {
    const tree = recorder.before(i + 1);
    return { what: i === ops ? 'the end' : `operation ${i + 1}`, tree, id: idOf(tree) };
  });
  if (fs !== 'fat') return points;
  const torn = recorder.scenes.flatMap(({ op, tree, put }) => {
    const bytes = put === undefined ? undefined : tree.get(put);
    if (put === undefined || bytes === undefined) return [];
    return lengths(bytes.length).map((n) => {
      const partly = new Map(recorder.before(op)).set(put, bytes.subarray(0, n));
      return {
        what: `operation ${op}, ${n} of ${bytes.length} bytes of ${put}`,
        tree: partly,
        id: nameOf(partly),
      };
    });
  });
  return [...points, ...torn];
}

function lengths(all: number): number[] {
  return all === 0 ? [] : [...new Set([0, 1, all >> 1, all - 1, all])];
}
