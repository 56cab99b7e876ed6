/** One visit of a board to the server, in numbers. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Board, Counters } from '../../simulator/board.js';
import type { BoardEvent } from '../../simulator/events.js';
import { ROOT } from './paths.js';
import type { Counts, Wire } from './proxy.js';

export interface Visit extends Counts {
  /** Flash: bytes written, operations that change it, bytes read. */
  readonly written: number;
  readonly operations: number;
  readonly read: number;
  readonly events: readonly BoardEvent[];
}

/** From power-on until the program of the board is up, however many resets that takes; then the power goes. */
export async function visit(board: Board, wire: Wire): Promise<Visit> {
  const before: Counters = board.counters;
  const earlier = board.events.length;
  wire.take();
  const outcome = await board.boot({ until: 'plug-up' });
  const now = board.counters;
  await board.cut();
  const events = board.events.slice(earlier);
  if (outcome !== 'plug-up')
    throw new Error(`The board ended in ${outcome}: ${JSON.stringify(events.slice(-5))}`);
  return {
    ...wire.take(),
    written: now.bytesWritten - before.bytesWritten,
    operations: now.flashOps - before.flashOps,
    read: now.bytesRead - before.bytesRead,
    events,
  };
}

/** The board says from now on what it hashes; it needs a little more heap, flash and time for that. */
export async function countHashes(flash: string): Promise<void> {
  await mkdir(join(flash, 'lib'));
  await copyFile(join(ROOT, 'bench', 'lab', 'counting-hashlib.py'), join(flash, 'lib', 'hashlib.py'));
}

const HASHED = /^bench: hashed (\d+) ([01])$/;

/** What a board with {@link countHashes} has hashed. */
export function hashes({ events }: Visit): { bytes: number; signatures: number } {
  const lines = events.map(({ text }) => HASHED.exec(String(text))).filter((line) => line !== null);
  if (lines.length === 0) throw new Error('The board does not say what it hashes.');
  return {
    bytes: lines.reduce((sum, [, bytes]) => sum + Number(bytes), 0),
    signatures: lines.filter(([, , signed]) => signed === '1').length,
  };
}

/** The board trusts a key of the same name that has signed nothing: every signature check fails from now on. */
export async function trustNothing(flash: string): Promise<void> {
  const path = join(flash, 'data', 'anchors');
  const text = await readFile(path, 'utf8');
  const other = text.replace(/[0-9a-f]{256,}/g, (modulus) => modulus.replace(/(?<=.)[0-8](?=.)/g, '9'));
  if (other === text) throw new Error('data/anchors has no modulus.');
  await writeFile(path, other);
}

export function said({ events }: Visit, name: string): BoardEvent | undefined {
  return events.find(({ event }) => event === name);
}
