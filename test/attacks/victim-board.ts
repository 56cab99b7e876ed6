/**
 * A hostile host, and the boards that are its victims one after the other. A board that an attack has left as it was meets the next attack
 * at its prompt, as one that is not cut from power between two questions; any other gets a flash and a boot of its own.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Test } from 'tap';
import { Board, type BoardOptions } from '../../simulator/board.js';
import { type StaticHost, staticHost } from '../e2e/static-host.js';
import { nameOf, type Tree, writeTree } from '../power/tree.js';
import { type Bench, PORT } from './bench.js';

/** Longer than any board takes for anything here. */
const LONG_MS = 60_000;
let made = 0;

export interface Seat {
  readonly board: Board;
  readonly folder: string;
  /** What it had told before this attack, without its boot when that was for this one. */
  readonly from: number;
}

/** How a question has ended: `held`: the board was still busy with it after all the time that was given. */
export type Outcome = 'done' | 'held' | 'timeout' | 'raised';

export class VictimBoards {
  #idle: { readonly name: string; readonly seat: Seat } | undefined;

  private constructor(
    readonly bench: Bench,
    readonly host: StaticHost,
  ) {}

  static async make(t: Test, bench: Bench): Promise<VictimBoards> {
    const victims = new VictimBoards(bench, await staticHost(t, join(bench.dir, 'nothing')));
    t.teardown(() => victims.close());
    return victims;
  }

  /** A board with this flash at its prompt. */
  async seat(flash: Tree, options: Partial<BoardOptions>): Promise<Seat> {
    const idle = this.#idle;
    if (idle !== undefined && isPlain(options) && idle.name === nameOf(flash)) {
      this.#idle = undefined;
      return { ...idle.seat, from: idle.seat.board.events.length };
    }
    const folder = join(this.bench.dir, `${++made}`);
    writeTree(flash, folder);
    const board = new Board({
      flash: folder,
      ports: { [PORT]: Number(new URL(this.host.url).port) },
      ...options,
      faults: { joinMs: 0, ...options.faults },
    });
    const outcome = await board.boot({ until: 'prompt', timeout: LONG_MS });
    if (outcome === 'prompt') return { board, folder, from: 0 };
    await board.cut();
    throw new Error(`${outcome}: ${JSON.stringify(board.events)}`);
  }

  /** The board is as it was with this flash, and may be taken again. */
  async keep(seat: Seat, flash: Tree, options: Partial<BoardOptions>): Promise<void> {
    if (!isPlain(options) || this.#idle !== undefined) return end(seat);
    this.#idle = { name: nameOf(flash), seat };
  }

  async close(): Promise<void> {
    if (this.#idle !== undefined) await end(this.#idle.seat);
  }
}

const isPlain = (options: Partial<BoardOptions>): boolean => Object.keys(options).length === 0;

export async function end({ board, folder }: Seat): Promise<void> {
  await board.cut();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

export interface Timeouts {
  /** Milliseconds of the board's clock until a client that does not end is given up. */
  readonly limit: number;
  /** Turns of a loop each time that the client waits: a driven clock must not outrun a host that is only slow. */
  readonly pace: number;
}

/** The client asks, as a program lets it; what it has installed runs then, if it says that it has to. */
const question = ({ limit, pace }: Timeouts): string => `
import ota
from time import ticks_diff, ticks_ms
began = ticks_ms()
def idle():
    if ticks_diff(ticks_ms(), began) > ${limit}:
        raise KeyboardInterrupt
    for _ in range(${pace}):
        pass
again = ota.run(idle)
print("took", ticks_diff(ticks_ms(), began))
if again:
    exec(open("main.py").read())
`;

export async function ask({ board }: Seat, patience: Timeouts): Promise<Outcome> {
  const late = new Promise<'timeout'>((resolve) => setTimeout(resolve, LONG_MS, 'timeout').unref());
  const error = await Promise.race([board.exec(question(patience)), late]);
  if (error === 'timeout') return error;
  if (error === undefined) return 'done';
  return error.includes('KeyboardInterrupt') ? 'held' : 'raised';
}
