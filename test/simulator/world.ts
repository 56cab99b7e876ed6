/** A board with these files for a test, gone when the test ends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Test } from 'tap';
import { Board, type BoardOptions } from '../../simulator/board.js';

export interface World {
  readonly board: Board;
  readonly flash: string;
  /** Boots to the prompt and gives the lines that this boot printed. */
  run(): Promise<string[]>;
}

export function world(t: Test, files: Record<string, string>, options: Partial<BoardOptions> = {}): World {
  const flash = mkdtempSync(join(tmpdir(), 'soft-ota-test-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(flash, path)), { recursive: true });
    writeFileSync(join(flash, path), text);
  }
  const board = new Board({ flash, ...options });
  t.teardown(async () => {
    await board.cut();
    rmSync(flash, { recursive: true, force: true });
  });
  const run = async (): Promise<string[]> => {
    const before = board.events.length;
    await board.boot({ until: 'prompt', timeout: 120_000 });
    return board.events
      .slice(before)
      .filter(({ event }) => event === 'log')
      .map(({ text }) => String(text));
  };
  return { board, flash, run };
}
