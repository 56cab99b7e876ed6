/** The heap of a running plug, at this moment, after a collection. */
import type { Plug } from './plug-fixture.js';

/** Bytes of a block of MicroPython's heap. */
const BLOCK = 16;

export interface Heap {
  /** Bytes in use, without what the simulator's own modules take. */
  readonly used: number;
  readonly free: number;
  /** Bytes of the largest piece that can be had. */
  readonly largest: number;
  /** Names that are interned. They are never freed. */
  readonly names: number;
}

/** The question itself needs a little memory; where there is none it is asked again. */
const TRIES = 5;
const ANSWER_MS = 2000;

/** Asked between two steps of the program, so also in the middle of a page. */
export async function heap(plug: Plug): Promise<Heap> {
  for (let left = TRIES; left > 0; left--) {
    const told = await ask(plug);
    if (told !== undefined) return told;
  }
  throw new Error('the board does not tell about its heap');
}

function ask(plug: Plug): Promise<Heap | undefined> {
  const shims = Number(plug.board.events.find(({ event }) => event === 'heap')?.shims ?? 0);
  let told = '';
  return new Promise((resolve) => {
    const done = (answer: Heap | undefined): void => {
      stop();
      clearTimeout(timer);
      resolve(answer);
    };
    const timer = setTimeout(() => done(undefined), ANSWER_MS);
    const stop = plug.board.on(({ event, text }) => {
      if (event === 'log') told += `${text}\n`;
      if (event === 'log' && String(text).startsWith('qstr pool')) done(read(told, shims));
    });
    plug.board.probe(
      'import gc, micropython\ngc.collect()\nmicropython.mem_info()\nmicropython.qstr_info()\n',
    );
  });
}

function read(told: string, shims: number): Heap {
  return {
    used: found(told, /used: (\d+)/) - shims,
    free: found(told, /free: (\d+)/),
    largest: found(told, /max free sz: (\d+)/) * BLOCK,
    names: found(told, /n_qstr=(\d+)/),
  };
}

function found(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}
