/**
 * MicroPython keeps the names of a program (qstrs) in tables for ever, each twice as large as the one before. On a board the first
 * has 20 entries. Here the simulator's own modules come first, and the program's first table would be one of 320 or 640 entries, in
 * one piece of heap. So the last table is said to be full, and to be one of 10: what follows grows as on a board.
 */
import { SoftOtaError } from '../../server/errors.js';
import type { Memory } from './micropython.js';

const WORD = 4;
/** py/qstr.c: prev, total_prev_len, alloc, len, hashes, lengths, then the names. */
const ALLOC = 2;
const LENGTH = 3;
const HASHES = 4;
const NAMES = 6;
/** MICROPY_ALLOC_QSTR_ENTRIES_INIT: the table in ROM counts as one of so many. */
const INITIAL = 10;
const MAX_SIZE = INITIAL * 2 ** 8;

/** Where it was last time: a build with the same heap puts it into the same place. */
let last = { at: 0, alloc: 0 };

/** @throws SoftOtaError internal, when a build is too different */
export function closeNames(memory: Memory): void {
  const words = new Uint32Array(memory.buffer);
  if (words[last.at] !== last.alloc || !isTable(words, last.at - ALLOC, last.alloc)) last = search(words);
  words[last.at] = INITIAL;
}

function search(words: Uint32Array): typeof last {
  for (let alloc = MAX_SIZE; alloc > INITIAL; alloc /= 2) {
    const at = findTable(words, alloc);
    if (at >= 0) return { at, alloc };
  }
  throw new SoftOtaError(
    'internal',
    'This MicroPython build is not one that the simulator knows: its names.',
  );
}

/** Where a table says that it has so many entries; indexOf, because the memory has millions of words. */
function findTable(words: Uint32Array, alloc: number): number {
  let at = words.indexOf(alloc);
  while (at >= 0 && !isTable(words, at - ALLOC, alloc)) at = words.indexOf(alloc, at + 1);
  return at;
}

/** The hashes lie right behind the names. */
function isTable(words: Uint32Array, start: number, alloc: number): boolean {
  const length = words[start + LENGTH] ?? 0;
  return length > 0 && length <= alloc && words[start + HASHES] === (start + NAMES + alloc) * WORD;
}
