/**
 * Cuts the power at each operation of a boot, and boots on: which release runs, and does the next update work? Boards that have
 * the same bytes on their flash go on in the same way, so each such state is tried once.
 */
import type { Faults } from '../../simulator/messages.js';
import { sample } from '../faults/sample.js';
import { type Bench, together } from './bench.js';
import { type Point, pointsOf } from './points.js';
import { runs, type Scenario } from './scenarios.js';
import { SEED } from './thorough.js';
import { differences, nameOf, type Tree } from './tree.js';

export interface Recovered {
  readonly which: 'old' | 'new' | 'broken';
  readonly why: string;
  /** Where the power can fail while it recovers. */
  readonly points: readonly Point[];
}

export type Tally = Readonly<Record<'tried' | 'old' | 'new' | 'broken', number>>;

/** `N cut points, N old, N new, 0 broken` */
export function lineOf(tally: Tally, what = 'cut points'): string {
  return `${tally.tried} ${what}, ${tally.old} old, ${tally.new} new, ${tally.broken} broken`;
}

/** Boots that the next update may take: one confirms, one updates, one cleans up. */
const NEXT_BOOTS = 5;

export class Explorer {
  readonly #recovered = new Map<string, Recovered>();
  /** What was wrong, and where. */
  readonly broken: string[] = [];

  constructor(
    readonly bench: Bench,
    readonly scenario: Scenario,
    /** Of the boot that the scenario is about. */
    readonly faults: Faults = {},
  ) {}

  /** The cut points of the boot that the scenario is about. `whole`: without any cut it has to end new, where the scenario knows a new end. */
  async first(whole = false): Promise<Point[]> {
    const { start, to, fs, blocks } = this.scenario;
    const booted = await this.bench.boot(start, { to, fs, blocks, faults: this.faults });
    if (booted.outcome !== 'plug-up') throw new Error(`${booted.outcome} without any cut:\n${booted.log}`);
    const { which } = runs(this.scenario, booted.end);
    if (whole && which === 'old' && this.scenario.ends.new !== undefined)
      throw new Error(`Nothing is new without any cut:\n${booted.log}`);
    return pointsOf(booted, fs);
  }

  /** Those of second cuts: where the power can fail in what follows after a cut at each of these. */
  afterwards(points: readonly Point[]): Point[] {
    return points.flatMap(({ id, what }) =>
      (this.#recovered.get(id)?.points ?? []).map((next) => ({
        ...next,
        what: `${what}, then ${next.what}`,
      })),
    );
  }

  /** States among these that nobody has tried yet. */
  fresh(points: readonly Point[]): Point[] {
    const all = new Map(points.map((point) => [point.id, point]));
    return [...all.values()].filter(({ id }) => !this.#recovered.has(id));
  }

  /** Boots on after each of these, at most so many of them that nobody has tried yet. */
  async go(points: readonly Point[], most = Number.POSITIVE_INFINITY, seed = SEED): Promise<void> {
    const states = this.fresh(points);
    await together(sample(states, most, seed), async (point) => {
      const recovered = await this.#recover(point.tree);
      this.#recovered.set(point.id, recovered);
      if (recovered.which === 'broken') this.broken.push(`${point.what}: ${recovered.why}`);
    });
  }

  /** What came of those of them that were tried. */
  tally(points: readonly Point[]): Tally {
    const tried = points.flatMap(({ id }) => this.#recovered.get(id) ?? []);
    const count = (which: string): number => tried.filter((one) => one.which === which).length;
    return { tried: tried.length, old: count('old'), new: count('new'), broken: count('broken') };
  }

  line(points: readonly Point[], what?: string): string {
    return lineOf(this.tally(points), what);
  }

  /** Of all different flashes that were tried. */
  states(): string {
    const points = [...this.#recovered.keys()].map((id) => ({ id, what: '', tree: new Map() }));
    return this.line(points, 'states');
  }

  async #recover(tree: Tree): Promise<Recovered> {
    const { after, fs, blocks } = this.scenario;
    const booted = await this.bench.boot(tree, { to: after, fs, blocks });
    const points = pointsOf(booted, fs);
    if (booted.outcome !== 'plug-up')
      return { which: 'broken', why: `${booted.outcome}\n${booted.log}`, points };
    const { which, why } = runs(this.scenario, booted.end);
    if (which === 'broken') return { which, why: `${why}\n${booted.log}`, points };
    const stuck = await this.settle(booted.end);
    return stuck === '' ? { which, why, points } : { which: 'broken', why: `next update: ${stuck}`, points };
  }

  /** The next update works, and nothing lies about afterwards: else what is wrong. */
  async settle(tree: Tree): Promise<string> {
    const { settled } = this.bench;
    const { next, fs } = this.scenario;
    const id = `${fs} ${next} ${nameOf(tree)}`;
    const known = settled.get(id) ?? this.#next(tree);
    settled.set(id, known);
    return known;
  }

  async #next(tree: Tree): Promise<string> {
    const { next, fs, final } = this.scenario;
    if (next === undefined || final === undefined) return '';
    let [flash, wrong, log] = [tree, '', ''];
    for (let boot = 0; boot < NEXT_BOOTS; boot++) {
      const booted = await this.bench.boot(flash, { to: next, fs });
      flash = booted.end;
      log += `${booted.log}\n`;
      wrong = differences(flash, final).join(', ');
      if (wrong === '') return '';
    }
    return `${wrong}\n${log}`;
  }
}
