/** Every attack on the real client, and once more on one without the check that stands in its way. */
import type { Test } from 'tap';
import { together } from '../power/bench.js';
import { differences, type Tree, without } from '../power/tree.js';
import { Bench } from './bench.js';
import { type Attack, type End, play } from './run.js';

interface Line {
  readonly cases: number;
  readonly refused: number;
  readonly harmed: number;
}

/** Prints `attack → cases → refused`. */
export async function suite(t: Test, attacks: readonly Attack[]): Promise<void> {
  const bench = await Bench.make(t);
  const lines = new Map<string, Line>();
  await together(attacks, async (attack) => {
    const refused = stands(t, attack, await play(t, bench, attack));
    const { hole } = attack;
    const harmed = hole !== undefined && falls(t, attack, await play(t, bench, attack, hole));
    const { cases, refused: r, harmed: h } = lines.get(attack.row) ?? { cases: 0, refused: 0, harmed: 0 };
    lines.set(attack.row, { cases: cases + 1, refused: r + Number(refused), harmed: h + Number(harmed) });
  });
  const rows = [...lines].map(([row, { cases, refused, harmed }]) => [row, cases, refused, harmed] as const);
  t.comment('attack → cases → refused → harm without the check (0 for faults that nobody means)');
  for (const [row, ...counts] of rows) t.comment(`${row} → ${counts.join(' → ')}`);
}

function stands(t: Test, { row, name, ends, also = () => true }: Attack, end: End): boolean {
  const changes = ends === 'installed' ? [] : changed(end);
  const fine =
    end.outcome === 'plug-up' && end.state === ends && changes.length === 0 && !end.evil && also(end);
  const found = { outcome: end.outcome, state: end.state, changes, evil: end.evil };
  return t.ok(fine, `${row}: ${name}: ${ends}`, fine ? {} : { found, asked: end.asked, log: end.log });
}

function falls(t: Test, { row, name, hole, harm = ({ evil }) => evil }: Attack, end: End): boolean {
  const { outcome, state, log } = end;
  const done = harm(end);
  return t.ok(
    done,
    `${row}: ${name}: without the check it does harm`,
    done ? {} : { hole, outcome, state, log },
  );
}

/** The set is byte for byte the old one, nothing outside of update/ has changed, and nothing there is committed. */
function changed({ before, after }: End): string[] {
  const rest = (tree: Tree): Tree => without(tree, (path) => /^update(\/|$)/.test(path));
  const committed = [...after.keys()].filter((path) => /^update\/(journal|trial|undo|safe)$/.test(path));
  return [...differences(rest(after), rest(before)), ...committed];
}
