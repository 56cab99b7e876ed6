import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SoftOtaError } from '../errors.js';
import type { RuffFinding } from './messages.js';

const SCRIPT = fileURLToPath(new URL('./ruff.process.js', import.meta.url));

/**
 * Without these V8 spends five processor seconds on optimising ruff's 10 MB of WebAssembly, and the process
 * cannot end before that; with them ruff is ready in 0.3 s. Flags for V8 belong to a whole process, which is
 * why ruff has its own and not a thread.
 */
const V8_FLAGS = ['--liftoff-only', '--wasm-lazy-validation', '--no-opt'];

interface Waiting {
  resolve(findings: RuffFinding[]): void;
  reject(error: Error): void;
}

/**
 * Ruff, started at the first question, kept for the next ones. It does not keep the server's process alive
 * while it idles.
 */
class Ruff {
  #child: ChildProcess | undefined;
  #waiting: Waiting[] = [];

  ask(source: string): Promise<RuffFinding[]> {
    this.#child ??= this.#start();
    const child = this.#child;
    child.ref();
    child.channel?.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      child.send(source);
    });
  }

  #start(): ChildProcess {
    const child = fork(SCRIPT, { execArgv: V8_FLAGS, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', (findings: RuffFinding[]) => this.#answer(child, findings));
    child.on('error', () => this.#lose(child));
    child.on('exit', () => this.#lose(child));
    return child;
  }

  #answer(child: ChildProcess, findings: RuffFinding[]): void {
    this.#waiting.shift()?.resolve(findings);
    if (this.#waiting.length > 0) return;
    child.unref();
    child.channel?.unref();
  }

  #lose(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const error = new SoftOtaError('internal', 'ruff broke down: the device code could not be checked');
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

const ruff = new Ruff();

/** What ruff says about one source. */
export function askRuff(source: string): Promise<readonly RuffFinding[]> {
  return ruff.ask(source);
}

/** Makes ruff ready beside other work, so that the first saved file does not wait for it. */
export async function warmRuff(): Promise<void> {
  await ruff.ask('import gc\n\n\ndef f(a=()):\n    return gc.collect() if a else None\n');
}
