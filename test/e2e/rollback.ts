/** What a release that was undone leaves: the set of before, and the memory of the bad one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { glob } from './files.js';
import type { TestBoard } from './world.js';

/** What is the device's own changes with an undo; the set may not. */
const OWN = /^(?:data|update)\//;

/** All files of the set and the guard. */
export function set({ options: { flash } }: TestBoard): Record<string, string> {
  const paths = glob(flash).filter((path) => !OWN.test(path));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(flash, path), 'latin1')]));
}

export function contentsOf(board: TestBoard, path: string): string {
  return readFileSync(join(board.options.flash, path), 'latin1');
}

export function wasRolledBack(t: Test, board: TestBoard, old: Record<string, string>, release: number): void {
  t.strictSame(set(board), old, 'the set is the old one, byte for byte');
  t.match(contentsOf(board, 'data/bad'), `release ${release}\n`, 'the bad release is remembered');
}
