import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createLocator, longestLine } from '../positions.js';
import { READY, type RuffFinding } from './messages.js';
import { UNCHECKED } from './ruff-rules.js';

const SCRIPT = fileURLToPath(new URL('./ruff.process.js', import.meta.url));
/** A source takes ruff some milliseconds, on a slow machine a second. */
const TIMEOUT_MS = 30_000;

/**
 * Without these V8 spends five processor seconds on optimising ruff's 10 MB of WebAssembly, and the process
 * cannot end before that; with them ruff is ready in 0.3 s. Flags for V8 belong to a whole process, which is
 * why ruff has its own and not a thread.
 */
const V8_FLAGS = ['--liftoff-only', '--wasm-lazy-validation', '--no-opt'];

interface Waiting {
  readonly source: string;
  /** Nobody waits any more. */
  readonly dropped: () => boolean;
  resolve(findings: RuffFinding[]): void;
}

/**
 * Ruff, started at the first question, kept for the next ones. It does not keep the server's process alive
 * while it idles. It answers in the order of the questions: when it dies or hangs, the first of them is to blame and gets a
 * finding instead of an answer, and the others are asked again.
 */
export class Ruff {
  readonly #script: string;
  readonly #timeoutMs: number;
  #child: ChildProcess | undefined;
  #isReady = false;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(script = SCRIPT, timeoutMs = TIMEOUT_MS) {
    this.#script = script;
    this.#timeoutMs = timeoutMs;
    process.once('exit', () => this.#child?.kill('SIGKILL'));
  }

  /** Throws the reason of an aborted signal. */
  ask(source: string, signal?: AbortSignal): Promise<RuffFinding[]> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      this.#waiting.push({ source, resolve, dropped: () => signal?.aborted === true });
      signal?.addEventListener('abort', () => this.#drop(() => reject(signal.reason)), { once: true });
      this.#send(source);
      if (this.#waiting.length === 1) this.#await();
    });
  }

  #send(source: string): void {
    this.#child ??= this.#start();
    this.#child.ref();
    this.#child.channel?.ref();
    this.#child.send(source);
  }

  #start(): ChildProcess {
    const child = fork(this.#script, { execArgv: V8_FLAGS, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#isReady = false;
    child.on('message', (said: RuffFinding[] | typeof READY) => this.#hear(said));
    // One that runs has an end, and what it answered before comes first, also when a question did not reach it.
    child.on('error', () => child.pid === undefined && this.#lose(child));
    child.on('close', () => this.#lose(child));
    return child;
  }

  #hear(said: RuffFinding[] | typeof READY): void {
    if (said === READY) {
      this.#isReady = true;
      this.#await();
    } else {
      this.#answer(said);
    }
  }

  /** The time of the first question in the row begins now, if ruff has begun to run. */
  #await(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0 || !this.#isReady) return;
    this.#timer = setTimeout(() => this.#child?.kill('SIGKILL'), this.#timeoutMs);
    this.#timer.unref();
  }

  #answer(findings: RuffFinding[]): void {
    this.#waiting.shift()?.resolve(findings);
    this.#await();
    this.#rest();
  }

  #drop(reject: () => void): void {
    reject();
    this.#rest();
  }

  #rest(): void {
    if (this.#waiting.some(({ dropped }) => !dropped())) return;
    this.#child?.unref();
    this.#child?.channel?.unref();
  }

  #lose(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const [first, ...others] = this.#waiting;
    this.#waiting = others.filter(({ dropped }) => !dropped());
    first?.resolve([unchecked(first.source)]);
    for (const { source } of this.#waiting) this.#send(source);
    this.#await();
  }
}

/** The likely reason stands in the longest line: an expression of thousands of terms. */
function unchecked(source: string): RuffFinding {
  return {
    ...createLocator(source)(longestLine(source)),
    rule: UNCHECKED,
    message:
      'ruff gave up on this file, so names and the like are not checked in it; this is its longest line',
  };
}

const ruff = new Ruff();

/** What ruff says about one source. Throws the reason of an aborted signal. */
export function askRuff(source: string, signal?: AbortSignal): Promise<readonly RuffFinding[]> {
  return ruff.ask(source, signal);
}

/** Makes ruff ready beside other work, so that the first saved file does not wait for it. */
export async function warmRuff(): Promise<void> {
  await ruff.ask('import gc\n\n\ndef f(a=()):\n    return gc.collect() if a else None\n');
}
