/** One boot of a board: the thread with the VM in it, and what belongs to it. Nothing of it is left after its end. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { CELL, type ToBoard } from './messages.js';
import type { Network } from './network.js';
import type { Counters } from './options.js';
import type { Thread } from './thread.js';
import type { Watchdog } from './watchdog.js';

const TURNS = 3;
const TURN_MS = 4;
/** A datagram to a server in this thread and its answer take three rounds of the loop. */
const SHORT_TURNS = 8;

interface Parts {
  readonly thread: Thread;
  readonly port: MessagePort;
  readonly cells: Int32Array;
  readonly network: Network;
  readonly watchdog: Watchdog;
}

export type Counts = Record<keyof Counters, number>;

export function noCounts(): Counts {
  return {
    opens: 0,
    reads: 0,
    bytesRead: 0,
    bytesWritten: 0,
    flashOps: 0,
    connects: 0,
    txBytes: 0,
    rxBytes: 0,
  };
}

export class PowerCycle {
  readonly parts: Parts;
  readonly #began = performance.now();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Real milliseconds since it began. */
  get age(): number {
    return performance.now() - this.#began;
  }

  get flashOps(): number {
    return Atomics.load(this.parts.cells, CELL.flashOps);
  }

  post(message: ToBoard): void {
    const { port, cells } = this.parts;
    port.postMessage(message);
    Atomics.add(cells, CELL.wake, 1);
    Atomics.notify(cells, CELL.wake);
  }

  /** Tells the board when this thread has been idle for a moment: what its network had to do for it is done. */
  async turn(short: boolean): Promise<void> {
    if (short) for (let turn = 0; turn < SHORT_TURNS; turn++) await setImmediate();
    else for (let turn = 0; turn < TURNS; turn++) await setTimeout(TURN_MS);
    this.post({ t: 'turned' });
  }

  /** Adds what it did to sums over several lives. */
  addTo(sums: Counts): void {
    const { cells, network } = this.parts;
    for (const name of ['opens', 'reads', 'bytesRead', 'bytesWritten', 'flashOps'] as const) {
      sums[name] += Atomics.load(cells, CELL[name]);
    }
    for (const name of ['connects', 'txBytes', 'rxBytes'] as const) sums[name] += network.traffic[name];
  }

  async end(): Promise<void> {
    const { watchdog, network, thread, port } = this.parts;
    watchdog.stop();
    network.drop();
    await thread.end();
    port.close();
  }
}
