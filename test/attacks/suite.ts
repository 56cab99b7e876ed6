/** Every attack on the real client, and once more on one without the check that stands in its way. */
import type { Test } from 'tap';
import { Bench, type Mutation } from './bench.js';
import { type Attack, type End, play } from './run.js';
import { VictimBoards } from './victim-board.js';

interface Job {
  readonly attack: Attack;
  readonly mutation: Mutation | undefined;
}

interface Line {
  readonly cases: number;
  readonly refused: number;
  readonly harmed: number;
}

/** A few at once: boards wait for each other's processor less than for their network. */
const LANES = 3;

export class Suite {
  readonly #lines = new Map<string, Line>();

  private constructor(
    readonly bench: Bench,
    readonly lanes: readonly VictimBoards[],
  ) {}

  static async make(t: Test): Promise<Suite> {
    const bench = await Bench.make(t);
    return new Suite(
      bench,
      await Promise.all(Array.from({ length: LANES }, () => VictimBoards.make(t, bench))),
    );
  }

  /** The attacks first, which leave most boards as they were, so that these can be used again. */
  async run(t: Test, attacks: readonly Attack[]): Promise<void> {
    const jobs = attacks.map((attack): Job => ({ attack, mutation: undefined }));
    const mutations = attacks.flatMap((attack): Job[] =>
      attack.mutation === undefined ? [] : [{ attack, mutation: attack.mutation }],
    );
    const queue = [...jobs, ...mutations];
    const next = async (victims: VictimBoards): Promise<void> => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) await this.#one(t, victims, job);
    };
    await Promise.all(this.lanes.map(next));
  }

  async #one(t: Test, victims: VictimBoards, { attack, mutation }: Job): Promise<void> {
    const end = await play(t, this.bench, victims, attack, mutation).catch((error: unknown) => error);
    if (!isEnd(end)) return void t.fail(`${attack.row}: ${attack.name}: ${end}`);
    const { cases, refused, harmed } = this.#lines.get(attack.row) ?? { cases: 0, refused: 0, harmed: 0 };
    this.#lines.set(
      attack.row,
      mutation === undefined
        ? { cases: cases + 1, refused: refused + Number(stands(t, attack, end)), harmed }
        : { cases, refused, harmed: harmed + Number(falls(t, attack, end)) },
    );
  }

  /** `attack → cases → refused` */
  table(): string[] {
    const rows = [...this.#lines].map(([row, line]) => `${row} → ${Object.values(line).join(' → ')}`);
    return ['attack → cases → refused → harm without the check (0 for faults that nobody means)', ...rows];
  }
}

const isEnd = (end: unknown): end is End => !(end instanceof Error);

function stands(t: Test, { row, name, ends, leaves = [], also = () => true }: Attack, end: End): boolean {
  const changes = ends === 'installed' ? leaves : end.changes;
  const same = changes.join() === leaves.join();
  const fine = end.outcome === 'done' && end.state === ends && same && !end.evil && also(end);
  const { outcome, state, evil, took, asked, log } = end;
  return t.ok(
    fine,
    `${row}: ${name}: ${ends}`,
    fine ? {} : { found: { outcome, state, changes, evil, took }, asked, log },
  );
}

function falls(t: Test, { row, name, mutation, harm = ({ evil }) => evil }: Attack, end: End): boolean {
  const { outcome, state, log } = end;
  const done = harm(end);
  return t.ok(
    done,
    `${row}: ${name}: without the check it does harm`,
    done ? {} : { hole: mutation, outcome, state, log },
  );
}
