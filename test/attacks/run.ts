/** Plays an attack on one board, and says how it ended: the exit state, and what is on the flash. */
import { join } from 'node:path';
import type { Test } from 'tap';
import { confirmed } from '../../simulator/trial.js';
import { staticHost } from '../e2e/static-host.js';
import { named, refusal, TestBoard } from '../e2e/world.js';
import { lay, readTree, type Tree } from '../power/tree.js';
import { type Bench, type Hole, PORT } from './bench.js';
import { EVIL, Stage } from './stage.js';

export interface Attack {
  /** The row of the list of attacks. */
  readonly row: string;
  readonly name: string;
  readonly begin: (stage: Stage, t: Test) => unknown;
  /** The code of the refusal; `current`, `installed`; or `failed`, where no rule but a fault ends it. */
  readonly ends: string;
  /** More that has to be so. */
  readonly also?: (end: End) => boolean;
  /** The one check in its way; a fault that nobody means has none. */
  readonly hole?: Hole;
  /** What comes of it without the check; by default the forged program runs. */
  readonly harm?: (end: End) => boolean;
}

export interface End {
  readonly state: string;
  readonly outcome: string;
  readonly before: Tree;
  readonly after: Tree;
  readonly evil: boolean;
  readonly asked: readonly string[];
  readonly queries: readonly string[];
  readonly rx: number;
  readonly written: number;
  /** Milliseconds of the board until its program was up. */
  readonly up: number;
  readonly log: string;
}

/** Longer than any board takes that comes up at all. */
const LONG_MS = 60_000;

export async function play(t: Test, bench: Bench, { begin }: Attack, hole?: Hole): Promise<End> {
  const host = await staticHost(t, join(bench.dir, 'nothing'));
  const stage = new Stage(await bench.client(hole), host);
  await begin(stage, t);
  const { head, manifest } = stage.installed;
  const server = stage.discover ? undefined : `http://127.0.0.1:${PORT}`;
  const flash = bench.flash(stage.set, manifest, head, stage.anchors, stage.wait, server);
  const folder = bench.place();
  lay(withFolders(new Map([...flash, ...stage.laid])), folder);
  const before = readTree(folder);
  const board = new TestBoard({
    flash: folder,
    ports: { [PORT]: Number(new URL(host.url).port) },
    ...stage.board,
    faults: { joinMs: 0, ...stage.board.faults },
  });
  const outcome = await board.boot({ until: 'plug-up', timeout: hole ? stage.patience : LONG_MS });
  if (outcome === 'plug-up') await confirmed(folder);
  await board.cut();
  const after = readTree(folder);
  return { outcome, before, after, ...told(board), asked: host.asked, queries: host.queries };
}

function told(board: TestBoard) {
  const { events, counters } = board;
  const refused = refusal(events);
  const took = named(events, 'installed').length > 0 ? 'installed' : 'current';
  return {
    state: refused === undefined ? took : String(refused.code),
    evil: events.some(({ text }) => text === EVIL),
    rx: counters.rxBytes,
    written: counters.bytesWritten,
    up: Number(named(events, 'plug-up')[0]?.ms ?? Number.POSITIVE_INFINITY),
    log: events.map((event) => JSON.stringify(event)).join('\n'),
  };
}

function withFolders(files: ReadonlyMap<string, Buffer>): Tree {
  const all = new Map<string, Buffer | undefined>(files);
  for (const path of files.keys())
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1))
      all.set(path.slice(0, end), undefined);
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
