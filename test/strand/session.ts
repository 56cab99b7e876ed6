/** From power-on until a person pulls the plug: a quarter of an hour after the program came up, or when the board does nothing any more. */
import { Board } from '../../simulator/board.js';
import type { BoardEvent } from '../../simulator/events.js';
import { HUNG } from './damage.js';
import { PORT } from './project-fixture.js';

const QUARTER_MS = 900_000;
/** Real ms that a driven clock stands still for an answer: servers are in this process. */
const QUIET_MS = 20;
/** Real ms; a session takes a few seconds of them. */
const TIMEOUT_MS = 300_000;

/** `prompt`: the program has ended, and nothing resets the board. */
export type End = 'up' | 'hung' | 'prompt';

export interface Session {
  readonly end: End;
  readonly events: readonly BoardEvent[];
}

export async function session(
  flash: string,
  port: number,
  heard: (event: BoardEvent) => void = () => undefined,
): Promise<Session> {
  const hardware = { ports: { [PORT]: port }, hosts: { 'pool.ntp.org': '' }, faults: { joinMs: 0 } };
  const board = new Board({ flash, clock: 'driven', hold: true, quiet: QUIET_MS, ...hardware });
  board.on(heard);
  const end = await lived(board);
  await board.cut();
  return { end, events: board.events };
}

async function lived(board: Board): Promise<End> {
  const hung = happens(board, ({ text }) => text === HUNG);
  for (;;) {
    const up = happens(board, ({ event }) => event === 'plug-up');
    const isOver = board.boot({ until: 'prompt', timeout: TIMEOUT_MS });
    const what = await Promise.race([up.then(() => 'up'), hung.then(() => 'hung'), isOver]);
    if (what === 'up') return wasUp(board, hung);
    if (what === 'hung') return 'hung';
    if (what !== 'prompt') throw new Error(`${what}\n${logOf(board.events)}`);
    if (await isIdle(board)) return 'prompt';
  }
}

/** Its clock stands now: it goes on, also through resets. */
async function wasUp(board: Board, hung: Promise<unknown>): Promise<End> {
  const later = board.advance(QUARTER_MS).then((): End => 'up');
  const prompt = new Promise<End>((resolve) => {
    board.on(({ event }) => {
      if (event !== 'boot') return;
      void board.boot({ until: 'prompt', timeout: TIMEOUT_MS }).then((what) => {
        const last = board.events.findLast(({ event }) => event === 'boot' || event === 'plug-up');
        if (what !== 'prompt' || last?.event !== 'boot') return;
        void isIdle(board).then((idle) => idle && resolve('prompt'));
      });
    });
  });
  return Promise.race([later, hung.then((): End => 'hung'), prompt]);
}

/** At the prompt: false when a timer resets the board within a quarter of an hour. */
function isIdle(board: Board): Promise<boolean> {
  const reset = happens(board, ({ event }) => event === 'boot').then(() => false);
  return Promise.race([board.exec(`import time\ntime.sleep(${QUARTER_MS / 1000})`).then(() => true), reset]);
}

function happens(board: Board, fits: (event: BoardEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = board.on((event) => {
      if (!fits(event)) return;
      stop();
      resolve();
    });
  });
}

export function logOf(events: readonly BoardEvent[]): string {
  return events.map((event) => JSON.stringify(event)).join('\n');
}
