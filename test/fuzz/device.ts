/** Arbitrary bytes and mutated messages for the parsers of the device, inside the real VM with a board's heap. */
import fc from 'fast-check';
import type { Fuzzer } from '../faults/fuzzer.js';
import { fault } from './oracle.js';
import { BOARD } from './release.js';
import { type Case, type FuzzVm, openVm, type Patch } from './vm.js';
import { KINDS } from './words.js';

const BATCH = 100;
/** Batches until everything that is loaded once has been loaded. */
const WARM = 20;

export interface Seen {
  readonly cases: number;
  /** kind and outcome → how often. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Bytes of heap after a collection, the least in each half: what a stray pointer holds for a while is no growth. */
  readonly heap: readonly [first: number, second: number];
  readonly exhausted: number;
}

const show = ({ kind, pieces }: Case): string =>
  `${kind} ${JSON.stringify(pieces.map((piece) => piece.toString('latin1')))}`;

class Watch implements Seen {
  cases = 0;
  readonly outcomes = new Map<string, number>();
  heap: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  exhausted = 0;
  #batches = 0;

  constructor(
    readonly vm: FuzzVm,
    readonly rounds: number,
  ) {}

  async batch(cases: readonly Case[]): Promise<void> {
    const { lines, used, exhausted } = await this.vm.ask(cases);
    for (const [i, one] of cases.entries()) this.#one(one, lines[i] ?? 'no outcome');
    this.cases += cases.length;
    this.exhausted = exhausted;
    const half = this.cases * 2 < this.rounds ? 0 : 1;
    if (this.#batches >= WARM) this.heap[half] = Math.min(used, this.heap[half]);
    this.#batches += 1;
  }

  #one(one: Case, line: string): void {
    const wrong = fault(one, line);
    if (wrong !== undefined) throw new Error(`${wrong}: ${show(one)}`);
    const key = `${one.kind} ${line.split(' ')[0]}`;
    this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
  }
}

/** Throws with the smallest input that breaks something. patch: a device that lacks a check must be found out, by any input. */
export async function fuzzDevice(rounds: number, seed: number, patch?: Patch): Promise<Seen> {
  const vm = await openVm([], BOARD, patch);
  const watch = new Watch(vm, rounds);
  const some = fc.array(fc.oneof(...KINDS), { minLength: 1, maxLength: 2 * BATCH, size: 'max' });
  const property = fc.asyncProperty(some, (cases) => watch.batch(cases));
  try {
    for (let part = 0; watch.cases < rounds; part += 1)
      await fc.assert(property, {
        numRuns: Math.ceil((rounds - watch.cases) / BATCH),
        seed: seed + part,
        endOnFailure: patch !== undefined,
      });
  } finally {
    await vm.close();
  }
  return watch;
}

/** What a stray pointer holds for a while. */
const MAX_GROWTH = 512;
export const grown = ([first, second]: Seen['heap']): boolean => second > first + MAX_GROWTH;

export const device: Fuzzer = {
  name: 'device',
  summary: "the device's parsers, in the real VM: heads, root files, manifests, answers, its own files",
  run: async (rounds, seed) => {
    const { outcomes, heap, exhausted } = await fuzzDevice(rounds, seed);
    const told = [...outcomes].sort().map(([what, times]) => `${what} ${times}`);
    if (grown(heap)) throw new Error(`the device's heap grows: ${heap.join(' → ')}`);
    return `${outcomes.size} outcomes, heap ${heap.join(' → ')} bytes, short of memory ${exhausted} times\n${told.join(', ')}`;
  },
};
