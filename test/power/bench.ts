/** Boots boards on trees: power on, a fault perhaps, power off, and what lies on the flash then. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { BoardOptions, Outcome, Until } from '../../simulator/board.js';
import { Board as Simulated } from '../../simulator/board.js';
import type { Faults } from '../../simulator/messages.js';
import { MOVING } from '../../simulator/worker/disk.js';
import { FlashRecorder } from './flash-recorder.js';
import { MEMORY } from './memory.js';
import { PORT } from './releases.js';
import type { Rules } from './scenarios.js';
import { type Tree, writeTree } from './tree.js';

export interface BootOptions {
  /** The port of this machine where the board finds its server. */
  readonly to: number;
  readonly fs?: Rules;
  readonly faults?: Faults;
  readonly blocks?: number | undefined;
  readonly until?: Until;
  readonly clock?: 'driven';
  /** Real ms. */
  readonly timeout?: number;
}

export interface Booted {
  readonly outcome: Outcome;
  readonly end: Tree;
  /** The flash before each operation. */
  readonly recorder: FlashRecorder;
  readonly ops: number;
  readonly log: string;
}

/** Far more than any of these boots takes. */
const TIMEOUT_MS = 120_000;

export class Bench {
  readonly dir = mkdtempSync(join(MEMORY, 'soft-ota-power-'));
  boots = 0;
  /** Flashes, and what was wrong after the next update: the same for all that explore with this bench. */
  readonly settled = new Map<string, Promise<string>>();

  constructor(t: Test) {
    t.teardown(() => rm(this.dir, { recursive: true, force: true, maxRetries: 3 }));
  }

  async boot(tree: Tree, options: BootOptions): Promise<Booted> {
    const flash = join(this.dir, `${++this.boots}`);
    writeTree(tree, flash);
    const board = new Simulated(settings(flash, options));
    const recorder = new FlashRecorder(tree);
    board.onFlash = (change) => recorder.take(change);
    const outcome = await board.boot({
      until: options.until ?? 'plug-up',
      timeout: options.timeout ?? TIMEOUT_MS,
    });
    await board.cut();
    await rm(flash, { recursive: true, force: true, maxRetries: 3 });
    await rm(`${flash}${MOVING}`, { force: true });
    const ops = board.counters.flashOps;
    const log = board.events.map((event) => JSON.stringify(event)).join('\n');
    return { outcome, recorder, end: recorder.end, ops, log };
  }
}

const FILE_SYSTEMS: Readonly<Record<Rules, Pick<BoardOptions, 'fs' | 'littlefs'>>> = {
  littlefs: {},
  'littlefs 2.1': { littlefs: '2.1' },
  'littlefs 2.8': { littlefs: '2.8' },
  'littlefs 2.11': { littlefs: '2.11' },
  fat: { fs: 'fat' },
};

function settings(flash: string, { to, fs, blocks, faults, clock }: BootOptions): BoardOptions {
  return {
    flash,
    ...(fs === undefined ? {} : FILE_SYSTEMS[fs]),
    ...(blocks === undefined ? {} : { blocks }),
    ...(clock === undefined ? {} : { clock }),
    ports: { [PORT]: to },
    faults: { joinMs: 0, ...faults },
  };
}

/** Runs all, a few at once: boards wait for each other's processor less than for their network. */
export async function together<T>(
  work: readonly T[],
  one: (item: T) => Promise<void>,
  workers = 3,
): Promise<void> {
  const queue = [...work];
  const next = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await one(item);
  };
  await Promise.all(Array.from({ length: workers }, next));
}
