/** `npm run simulate`: one board or many, booted several times, with their events on the way. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Board, type BoardOptions } from './board.js';
import type { BoardEvent } from './events.js';
import { type Expect, isMet } from './expect.js';
import { installedRelease } from './reports.js';
import { confirmed } from './trial.js';

export interface RunOptions {
  /** The flash of one board; with `count` the folder of the folders 1, 2, 3 … */
  readonly flash: string;
  readonly boots: number;
  /** Undefined: one board, without a number. */
  readonly count?: number;
  /** What a boot is waited for: a listener on port 80, or the end of main.py. */
  readonly until?: 'plug-up' | 'prompt';
  /** What must have become of it; undefined: a boot came to what it is waited for. */
  readonly expect?: Expect;
  /** Milliseconds that a boot may take. */
  readonly timeout: number;
  /** What the board is told to ask; `undefined` lets it look for a server. */
  readonly server: string | undefined;
  readonly board: Omit<BoardOptions, 'flash' | 'id'>;
  /** Makes a new board's files in an empty folder. */
  readonly provision: (out: string) => Promise<unknown>;
  readonly print: (event: BoardEvent) => void;
}

/** Workers at a time: each takes about 30 MB, and more of them only wait for a core. */
const AT_ONCE = 8;
const FIRST_ID = 0x7c9ebd11;

/** True when every board came to what is expected, or where it was waited for in its last boot, and none wanted more memory than it has. */
export async function simulate(options: RunOptions): Promise<boolean> {
  const { count, flash, print } = options;
  if (count === undefined) return life(options, flash, 0, print);
  const left = Array.from({ length: count }, (_, index) => index + 1);
  const results: boolean[] = [];
  const worker = async (): Promise<void> => {
    for (let k = left.shift(); k !== undefined; k = left.shift()) {
      const board = k;
      const folder = join(flash, String(board));
      results.push(
        await life(options, folder, board, ({ event, ...rest }) => print({ event, board, ...rest })),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results.every((good) => good);
}

async function life(
  options: RunOptions,
  flash: string,
  index: number,
  print: RunOptions['print'],
): Promise<boolean> {
  await prepare(options, flash);
  const board = new Board({ ...options.board, flash, id: (FIRST_ID + index).toString(16) });
  board.on(print);
  const { until = 'plug-up' } = options;
  let outcome = '';
  for (let boot = 0; boot < options.boots; boot++) {
    outcome = await board.boot({ timeout: options.timeout, until });
    if (outcome === 'plug-up') await confirmed(flash);
    await board.cut();
    if (outcome === 'timeout')
      print({ event: 'log', text: `simulator: no ${until} after ${options.timeout / 1000} s` });
  }
  if (board.events.some(({ event, grew }) => event === 'heap' && grew === true)) return false;
  const { expect } = options;
  if (expect === undefined) return outcome === until;
  return isMet(expect, { events: board.events, outcome, release: installedRelease(flash).release });
}

/** A new board for an empty folder; for another one only the server's address is brought up to date. */
async function prepare({ provision, server }: RunOptions, flash: string): Promise<void> {
  await mkdir(flash, { recursive: true });
  const empty = (await readdir(flash)).length === 0;
  if (empty) await provision(flash);
  const file = join(flash, 'data', 'ota.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const { server: before, ...settings } = JSON.parse(text) as Record<string, unknown>;
  if (before === server) return;
  await writeFile(`${file}.new`, JSON.stringify(server === undefined ? settings : { server, ...settings }));
  await rename(`${file}.new`, file);
}
