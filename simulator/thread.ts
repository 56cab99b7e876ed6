/**
 * The thread that a board runs in. A boot has it to itself, and when the boot is over the next one may have it, of this board or
 * another: a thread that has run once need not load and compile again what the simulator is made of.
 */
import { Worker } from 'node:worker_threads';
import { type BootData, CELL } from './messages.js';

/** So many wait for work; more are ended. */
const MAX_IDLE = 4;
/** Each boot leaves a dead VM behind, which the collector may take late. */
const MAX_BOOTS = 40;
/** A program that calls nothing of the board for so long is busy: its thread is ended under it. */
const TIMEOUT_MS = 100;

const idle: Thread[] = [];

export class Thread {
  readonly #worker = new Worker(new URL('./worker/main.js', import.meta.url));
  #boots = 0;
  #cells: Int32Array | undefined;
  #failed: (error: Error) => void = () => undefined;
  #isOver: (again: boolean) => void = () => undefined;
  #over = Promise.resolve(false);

  static take(): Thread {
    return idle.pop() ?? new Thread();
  }

  constructor() {
    this.#worker.on('message', () => this.#isOver(true));
    this.#worker.on('error', (error) => {
      this.#failed(error);
      this.#isOver(false);
    });
  }

  /** @param failed told of what should never be: an error outside of Python */
  boot(data: BootData, failed: (error: Error) => void): void {
    this.#boots++;
    this.#cells = data.cells;
    this.#failed = failed;
    this.#over = new Promise((resolve) => {
      this.#isOver = resolve;
    });
    this.#worker.ref();
    this.#worker.postMessage(data, [data.port]);
  }

  /** Ends the boot, when it has not ended by itself. Nothing of it runs after this. */
  async end(): Promise<void> {
    if (this.#cells !== undefined) {
      Atomics.store(this.#cells, CELL.over, 1);
      Atomics.add(this.#cells, CELL.wake, 1);
      Atomics.notify(this.#cells, CELL.wake);
    }
    const again = (await this.#ended()) && this.#boots < MAX_BOOTS && idle.length < MAX_IDLE;
    if (again) this.#rest();
    else await this.#worker.terminate();
  }

  #rest(): void {
    this.#worker.unref();
    idle.push(this);
  }

  async #ended(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), TIMEOUT_MS);
    });
    const over = await Promise.race([this.#over, late]);
    clearTimeout(timer);
    return over;
  }
}
