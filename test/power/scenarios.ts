/** What a board can be in the middle of when the power fails, and what must have become of it then. */
import type { Littlefs } from '../../simulator/worker/moving.js';
import type { Bench } from './bench.js';
import type { Name, Releases } from './releases.js';
import { blocksOf, changed, differences, seen, type Tree, without } from './tree.js';

/** `littlefs` without a number is the one that boards have by default. */
export type Rules = 'littlefs' | `littlefs ${Littlefs}` | 'fat';

export interface Scenario {
  readonly name: string;
  readonly fs: Rules;
  readonly start: Tree;
  /** Of the flash; undefined: as many as a board has. */
  readonly blocks?: number;
  /** The server of the boot that the power fails in, and of the one after it. */
  readonly to: number;
  readonly after: number;
  /** What may run then, as the whole flash but update/. `undone`: the old release, and the new one is taken for a bad one. */
  readonly ends: Readonly<Partial<Record<'old' | 'new' | 'undone', Tree>>>;
  /** The server of the next update, and the whole flash after it. */
  readonly next: number | undefined;
  readonly final: Tree | undefined;
}

const ERROR = 'data/error';
/** Free blocks: too few. */
const FEW = 16;

/** What the flash is to be like, but for what a transaction has for itself, and the last words of a bad release. */
export function publicPart(tree: Tree): Tree {
  return without(tree, (path) => path === 'update' || path.startsWith('update/') || path === ERROR);
}

export class Scenarios {
  private constructor(
    readonly releases: Releases,
    readonly fs: Rules,
    /** The board with the old release, after its first boot. */
    readonly start: Tree,
    readonly bench: Bench,
  ) {}

  static async make(releases: Releases, bench: Bench, fs: Rules = 'littlefs'): Promise<Scenarios> {
    const { end } = await bench.boot(releases.flash('old'), { to: releases.ports.nobody, fs });
    return new Scenarios(releases, fs, end, bench);
  }

  /** From the question to the confirmation. */
  update(): Scenario {
    return this.#scenario('update', this.start, 'new', 'nobody', ['old', 'new']);
  }

  /** Only a module under /lib changes. */
  lib(): Scenario {
    return this.#scenario('a module under /lib', this.start, 'lib', 'nobody', ['old', 'lib']);
  }

  /** The old number in a new epoch; trust changes with it. */
  epoch(): Scenario {
    const scenario = this.#scenario('new epoch', this.start, 'epoch', 'nobody', ['old', 'epoch']);
    return { ...scenario, next: undefined, final: undefined };
  }

  /** As many blocks as the update takes, and none more. */
  async full(): Promise<Scenario> {
    const blocks = await this.#needed('new');
    return { ...this.update(), name: 'full flash', blocks };
  }

  /** One block less: what differs goes first, and only the new release can come after it. */
  async inplace(): Promise<Scenario> {
    const blocks = (await this.#needed('new')) - 1;
    return { ...this.#scenario('in place', this.start, 'inplace', 'inplace', ['old', 'inplace']), blocks };
  }

  /** Blocks of the smallest flash on which this release is installed: where it is not, the board says how many are missing. */
  async #needed(name: Name): Promise<number> {
    let blocks = blocksOf(this.start) + FEW;
    for (;;) {
      const to = this.releases.ports[name] ?? NaN;
      const { log } = await this.bench.boot(this.start, { to, fs: this.fs, blocks });
      const [, theirs, ours] = /"set_too_big","theirs":(\d+),"ours":(\d+)/.exec(log) ?? [];
      if (ours === undefined) return blocks;
      blocks += Number(theirs) - Number(ours);
    }
  }

  /** On a flash that does not store what it is given: the guard may have to take the way back. */
  worn(): Scenario {
    const update = this.update();
    const undone = changed(this.start, { 'data/bad': this.releases.flash('new').get('data/head') });
    return { ...update, ends: { ...update.ends, undone } };
  }

  /** The same, and the next boot has the server again, with the same release. */
  resumed(): Scenario {
    return this.#scenario('update, asked for again', this.start, 'new', 'new', ['new']);
  }

  /** A release that raises at once: two failed boots, and back. */
  async undo(): Promise<Scenario> {
    const { ports } = this.releases;
    const { end } = await this.bench.boot(this.start, { to: ports.bad ?? NaN, fs: this.fs, until: 'reset' });
    const old = changed(this.start, { 'data/bad': this.releases.flash('bad').get('data/head') });
    return { ...this.#scenario('undo', end, 'nobody', 'nobody', []), ends: { old } };
  }

  /** The program, the network and the client are damaged: only what lies in rescue/ can ask. */
  recovery(to: Name): Scenario {
    const damaged = changed(this.start, {
      'main.py': 'import nothing',
      'net.mpy': undefined,
      'ota/client.mpy': 'M',
    });
    return this.#scenario(`recovery by the ${to} release`, damaged, to, to, [to === 'old' ? 'old' : 'new']);
  }

  /** A file is damaged, one is missing, and one is hidden by another. */
  repair(): Scenario {
    const damaged = changed(this.start, {
      'lib/b.mpy': 'M',
      'two.html': undefined,
      'ota/client.py': 'raise 1',
    });
    return this.#scenario('repair', damaged, 'old', 'old', ['old']);
  }

  #scenario(
    name: string,
    start: Tree,
    to: Name | 'nobody',
    after: Name | 'nobody',
    ends: readonly Name[],
  ): Scenario {
    const { ports } = this.releases;
    const flash = (which: Name): Tree => this.releases.flash(which);
    return {
      name,
      fs: this.fs,
      start,
      to: ports[to] ?? NaN,
      after: ports[after] ?? NaN,
      ends: Object.fromEntries(ends.map((end) => [end === 'old' ? end : 'new', flash(end)])),
      next: ports.next,
      final: ports.next === undefined ? undefined : new Map([...flash('next'), ['update', undefined]]),
    };
  }
}

/** Which release runs, or why none of them does. */
export function runs({ ends, fs }: Scenario, flash: Tree): { which: 'old' | 'new' | 'broken'; why: string } {
  const here = publicPart(seen(flash, fs));
  const why: string[] = [];
  for (const end of ['old', 'new', 'undone'] as const) {
    const wanted = ends[end];
    if (wanted === undefined) continue;
    const differs = differences(here, publicPart(wanted));
    if (differs.length === 0) return { which: end === 'undone' ? 'old' : end, why: '' };
    why.push(`not ${end}: ${differs.join(', ')}`);
  }
  return { which: 'broken', why: why.join('; ') };
}
