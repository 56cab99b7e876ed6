import { Worker } from 'node:worker_threads';
import { openBundled } from './bundled.js';
import type { Abi } from './messages.js';
import { openNative } from './native.js';

/** One source for one .mpy version. */
export interface CompileJob {
  readonly abi: Abi;
  /** The path as it is typed, for messages; the compiler sees its last segment only. */
  readonly path: string;
  readonly source: Buffer;
  /** The board compiles this file itself: only its syntax matters here, and native code is allowed. */
  readonly checkOnly: boolean;
  /** Aborted when nobody wants the result any more. */
  readonly signal?: AbortSignal;
}

/** Turns sources into .mpy files. */
export interface Compiler {
  /**
   * The bytes of the .mpy file. Throws {@link SoftOtaError}: `source_syntax`, `source_large`, `native_code` (these as
   * SourceRefused), `compile_timeout`, `compiler_failed`, `compiler_missing`, `compiler_abi`; or the reason of the job's
   * aborted signal.
   */
  compile(job: CompileJob): Promise<Buffer>;
  /** Changes whenever the same source could give other bytes. Throws `compiler_missing`. */
  readonly fingerprint: (abi: Abi) => string;
  /** The MicroPython that its grammar is of, where that is known: newer Python may be no fault of the source. */
  readonly age?: (abi: Abi) => string;
  /** Ends the workers. Unfinished jobs fail. */
  close(): Promise<void>;
}

export interface CompilerOptions {
  /** Path of a native mpy-cross that is used instead of the bundled one. */
  readonly mpyCross?: string;
  /** Architecture for @native and @viper with a native mpy-cross, for example `xtensa`. */
  readonly march?: string;
  /** How long one source may take. */
  readonly timeoutMs?: number;
}

/** No source of a board takes a compiler this long, on a slow machine either; one that hangs must not hold up the build. */
const TIMEOUT_MS = 30_000;

export function openCompiler(options: CompilerOptions = {}): Compiler {
  const { mpyCross, march, timeoutMs = TIMEOUT_MS } = options;
  return mpyCross === undefined
    ? openBundled(startWorker, timeoutMs)
    : openNative(mpyCross, march, timeoutMs);
}

/**
 * A worker whose output stays inside, since third-party code prints noise, and that knows nothing of our own
 * Node flags.
 */
function startWorker(script: URL): Worker {
  return new Worker(script, { execArgv: [], stdout: true, stderr: true });
}
