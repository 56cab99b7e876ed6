/** Memory of the plug with everything on: what is resident, and what is left of the heap, before and after many visitors. */
import { Broker } from '../test/plug/broker.js';
import type { Heap } from '../test/plug/heap.js';
import { Plug } from '../test/plug/plug-fixture.js';
import {
  connected,
  everything,
  failures,
  randomVisits,
  rested,
  untilSettled,
} from '../test/plug/random-visits.js';
import { atLeast, atMost, type Bench, type Figure, type Report } from './figure.js';
import { type Cleanup, cleanly } from './lab/cleanup.js';
import { compileSet } from './lab/compiled.js';

const RESIDENT = 16 * 1024;
const LARGEST = 3 * 1024;
const ROUNDS = 2000;
/** Words that stay behind on the stack keep a little now and then, which is no growth: so of so many looks the one with the least in use. */
const LOOKS = 5;
/** All that a stock ESP8266 has. */
const ESP8266 = 38 * 1024;

export const plug: Bench = {
  name: 'plug',
  summary: "the plug's memory: resident code, and the heap before and after 2,000 visits",
  run: () => cleanly(measure),
};

interface Sizes {
  readonly whole: number;
  /** Path without .mpy → bytes. */
  readonly code: ReadonlyMap<string, number>;
}

async function measure(cleanup: Cleanup): Promise<Report> {
  const end = { teardown: (step: () => unknown) => cleanup.add(step) };
  const sizes = await readSizes();
  const broker = await Broker.up(end);
  const board = await Plug.up(end, { settings: everything(broker.port) });
  await board.setTime('2026-11-21T09:00:00Z');
  await connected(board, broker);
  const first = await rested(board);
  const resident = await residentCode(board, sizes);
  const before = await settled(board);
  let lowest = Math.min(first.largest, before.largest);
  await randomVisits(board, ROUNDS, ({ largest }) => {
    lowest = Math.min(lowest, largest);
  });
  const after = await settled(board);
  return {
    title: `The plug with everything on: page, MQTT, timers (${ROUNDS} rounds of pages and forms)`,
    figures: [
      ...codeFigures(resident, sizes),
      ...heapFigures(first, before, after, lowest),
      {
        name: 'visits without an answer',
        value: failures(board).length,
        unit: '',
        kind: 'count',
        limit: atMost(0),
      },
    ],
    notes: [
      `Names that the VM keeps: ${before.names} before, ${after.names} after, those of the simulator included.`,
      'What the simulator itself needs is not counted as used.',
    ],
  };
}

async function settled(board: Plug): Promise<Heap> {
  let least = await untilSettled(board);
  for (let looks = 1; looks < LOOKS; looks++) {
    const next = await untilSettled(board);
    if (next.used < least.used) least = next;
  }
  return least;
}

async function readSizes(): Promise<Sizes> {
  const files = await compileSet();
  const whole = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const code = files.filter(({ path }) => path.endsWith('.mpy'));
  return { whole, code: new Map(code.map(({ path, bytes }) => [path.slice(0, -4), bytes.length])) };
}

/** The modules that are loaded now, and came in the release. */
async function residentCode(board: Plug, { code }: Sizes): Promise<ReadonlyMap<string, number>> {
  const names = (await board.ask("list(__import__('sys').modules)")) as string[];
  const paths = names.flatMap((name) => {
    const path = name.replaceAll('.', '/');
    return [path, `${path}/__init__`].filter((candidate) => code.has(candidate));
  });
  return new Map(paths.sort().map((path) => [path, code.get(path) ?? 0]));
}

function codeFigures(resident: ReadonlyMap<string, number>, { whole }: Sizes): Figure[] {
  const sum = [...resident.values()].reduce((total, size) => total + size, 0);
  return [
    { ...count('resident .mpy in all', sum), limit: atMost(RESIDENT) },
    ...[...resident].map(([path, size]) => count(`  ${path}`, size)),
    count('device/ as a release', whole),
  ];
}

function heapFigures(first: Heap, before: Heap, after: Heap, lowest: number): Figure[] {
  const all = { name: 'heap of a stock ESP8266', value: ESP8266 };
  return [
    { ...count('heap in use, connected', first.used), reference: all },
    { ...count('heap in use, each page seen once', before.used), reference: all },
    { ...count('heap in use, at the end', after.used), reference: all },
    { ...count('growth', after.used - before.used), limit: atMost(0) },
    count('heap free at the end', after.free),
    count('largest free block, connected', first.largest),
    { ...count('largest free block, the smallest of all', lowest), limit: atLeast(LARGEST) },
  ];
}

function count(name: string, value: number): Figure {
  return { name, value, unit: 'B', kind: 'count' };
}
