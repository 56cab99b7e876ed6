/** The thread of a board: one boot after the other, each with a VM of its own. What lives longer is JavaScript that need not be compiled again. */
import { parentPort } from 'node:worker_threads';
import type { BootData } from '../messages.js';
import { boot } from './boot.js';
import { Ended } from './ended.js';

async function live(data: BootData): Promise<void> {
  try {
    await boot(data);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
  parentPort?.postMessage('over');
}

// a proxy of a dead VM would be freed in the one that lives
globalThis.FinalizationRegistry = class {
  readonly [Symbol.toStringTag] = 'FinalizationRegistry';
  register(): void {}
  unregister(): boolean {
    return false;
  }
};
// for Emscripten a file that is not there is an error, and Python looks for a thousand of them in a boot
Error.stackTraceLimit = 1;
parentPort?.on('message', live);
