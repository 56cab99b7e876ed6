/** Plays an attack on one board, and says how it ended: the exit state, and what is on the flash. */
import type { Test } from 'tap';
import type { BoardEvent } from '../../simulator/events.js';
import { named, refusal } from '../e2e/world.js';
import { differences, readTree, type Tree, without } from '../power/tree.js';
import { AttackFixture, EVIL } from './attack-fixture.js';
import { type Bench, type Mutation, PORT, withFolders } from './bench.js';
import { ask, end, type Outcome, type VictimBoards } from './victim-board.js';

export interface Attack {
  /** The row of the list of attacks. */
  readonly row: string;
  readonly name: string;
  readonly begin: (fixture: AttackFixture, t: Test) => unknown;
  /** The code of the refusal; `current`, `installed`; or `failed`, where no rule but a fault ends it. */
  readonly ends: string;
  /** What it may change outside of update/, or commit there, although it is refused. */
  readonly leaves?: readonly string[];
  /** More that has to be so. */
  readonly also?: (end: End) => boolean;
  /** The one check in its way; a fault that nobody means has none. */
  readonly mutation?: Mutation;
  /** What comes of it without the check; by default the forged program runs. */
  readonly harm?: (end: End) => boolean;
}

export interface End {
  readonly state: string;
  readonly outcome: Outcome;
  readonly before: Tree;
  readonly after: Tree;
  /** What has changed outside of update/, and what is committed there. */
  readonly changes: readonly string[];
  readonly evil: boolean;
  readonly asked: readonly string[];
  readonly queries: readonly string[];
  readonly rx: number;
  readonly written: number;
  /** Milliseconds of the board until the client gave up or was done. */
  readonly took: number;
  readonly log: string;
}

export async function play(
  t: Test,
  bench: Bench,
  victims: VictimBoards,
  { begin }: Attack,
  mutation?: Mutation,
): Promise<End> {
  const { host } = victims;
  host.asked.length = host.queries.length = 0;
  const { set, guard } = await bench.client(mutation);
  const fixture = new AttackFixture(set, host);
  await begin(fixture, t);
  const { head, manifest } = fixture.installed;
  const server = fixture.discover ? undefined : `http://127.0.0.1:${PORT}`;
  const { anchors, wait } = fixture;
  const provisioned = bench.flash({ set: fixture.set, guard, manifest, head, anchors, wait, server });
  const before = withFolders(new Map([...provisioned, ...fixture.provisioned]));
  const seat = await victims.seat(before, fixture.board);
  fixture.radio = (up) => seat.board.wifi(up);
  const { events, counters } = seat.board;
  const outcome = await ask(seat, fixture);
  const now = seat.board.counters;
  const after = readTree(seat.folder);
  const changes = changed(before, after);
  if (outcome === 'done' && changes.length === 0) await victims.keep(seat, before, fixture.board);
  else await end(seat);
  const rx = now.rxBytes - counters.rxBytes;
  const written = now.bytesWritten - counters.bytesWritten;
  const { asked, queries } = host;
  const heard = { asked: [...asked], queries: [...queries] };
  return { outcome, before, after, changes, rx, written, ...heard, ...told(events.slice(seat.from)) };
}

function told(events: readonly BoardEvent[]) {
  const refused = refusal(events);
  const took = named(events, 'installed').length > 0 ? 'installed' : 'current';
  const log = events.map((event) => JSON.stringify(event)).join('\n');
  return {
    state: refused === undefined ? took : String(refused.code),
    evil: events.some(({ text }) => text === EVIL),
    took: Number(/"took (\d+)"/.exec(log)?.[1] ?? Number.POSITIVE_INFINITY),
    log,
  };
}

/** The set is byte for byte the old one, nothing outside of update/ has changed but what the board will tell, and nothing there is committed. */
function changed(before: Tree, after: Tree): string[] {
  const rest = (tree: Tree): Tree => without(tree, (path) => /^(update(\/|$)|data\/error$)/.test(path));
  const committed = [...after.keys()].filter(
    (path) => /^update\/(commit|trial|undo|safe)$/.test(path) && !before.has(path),
  );
  return [...differences(rest(after), rest(before)), ...committed];
}
