/** The smallest heap with which an update passes, found by bisection on simulated boards that run the real client. */
import type { Board } from '../simulator/board.js';
import { type Bounds, smallest } from './bisect.js';
import { atMost, type Bench, type Figure, type Report } from './figure.js';
import { openBoard } from './lab/boards.js';
import { cleanly } from './lab/cleanup.js';
import { bareSet, shippedSet } from './lab/heap-sets.js';
import type { Sources } from './lab/project.js';
import { type Between, between, copyOf, holds } from './lab/releases.js';

const KB = 1024;
/** With trust, trial and undo, on a board whose flash takes its part of the heap. */
const CLIENT = 26_500;
/** With everything that the plug does at its start. */
const PLUG = 34_500;
const LINES = [10, 100, 1000];
/** The largest difference between manifests of 10 and of 1,000 lines: ± 1 KB. */
const SPREAD = 2 * KB;
/** All that a stock ESP8266 has. */
const ESP8266 = 38 * KB;
const STEP = 64;
const LOWEST = 8 * KB;
/** A thousand files need a larger flash than that of a plug. */
const BLOCKS = 2048;
const BOOT_MS = 60_000;
/** A heap that passes has to pass so often: how full it is depends a little on how answers are cut into packets. */
const TIMES = 3;

export const heap: Bench = {
  name: 'heap',
  summary: 'the smallest heap with which an update passes, by bisection on simulated boards',
  run: measure,
};

async function measure(): Promise<Report> {
  const found: number[] = [];
  for (const lines of LINES)
    found.push(await forSets(await bareSet(lines, 1), await bareSet(lines, 2), found.at(-1)));
  const whole = await forSets(await shippedSet(1), await shippedSet(2));
  return {
    title:
      'Smallest heap with which an update of running code passes: asked, checked, fetched, swapped, reset, up on trial',
    figures: [
      ...found.map((bytes, i) => figure(`client alone, manifest of ${LINES[i]} lines`, bytes, CLIENT)),
      figure('difference between these', Math.max(...found) - Math.min(...found), SPREAD),
      figure('with the plug of this package: update, reset, plug up', whole, PLUG),
    ],
    notes: [
      `Bisected to ${STEP} B, each answer confirmed ${TIMES} times; what the simulator itself needs is not counted, what a board's littlefs needs is.`,
    ],
  };
}

function figure(name: string, value: number, most: number): Figure {
  const reference = { name: 'heap of a stock ESP8266', value: ESP8266 };
  return { name, value, unit: 'B', kind: 'count', limit: atMost(most), reference };
}

function forSets(first: Sources, second: Sources, guess?: number): Promise<number> {
  return cleanly(async (cleanup) => {
    const update = await between(first, second, cleanup);
    const bounds: Bounds = {
      low: LOWEST,
      high: ESP8266,
      step: STEP,
      ...(guess === undefined ? {} : { guess }),
    };
    const found = await smallest((bytes) => passes(update, bytes), bounds);
    return confirmed(update, found);
  });
}

/** The next larger one until one passes every time. */
async function confirmed(update: Between, found: number): Promise<number> {
  for (let bytes = found; bytes <= ESP8266; bytes += STEP) {
    let times = 0;
    while (times < TIMES && (await passes(update, bytes))) times += 1;
    if (times === TIMES) return bytes;
  }
  return Number.POSITIVE_INFINITY;
}

/** Updates a new copy of the board with so much heap. */
function passes(update: Between, bytes: number): Promise<boolean> {
  return cleanly(async (cleanup) => {
    const flash = await copyOf(update, cleanup);
    const board = openBoard({ flash, heap: bytes, blocks: BLOCKS, flashHeap: true }, cleanup);
    const outcome = await board.boot({ until: 'plug-up', timeout: BOOT_MS });
    await board.cut();
    return outcome === 'plug-up' && installed(board) && (await holds(flash, update));
  });
}

/** With one reset, so that the guard watches the boot that comes up; and there without wanting more memory than there is. */
function installed({ events }: Board): boolean {
  const grew = events.some((event) => event.event === 'heap' && event.grew === true);
  const resets = events.filter(({ event }) => event === 'reset').length;
  return !grew && resets === 1 && events.some(({ event }) => event === 'installed');
}
