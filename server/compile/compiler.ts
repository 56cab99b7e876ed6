import { Worker } from 'node:worker_threads';
import { openBundled } from './bundled.js';
import type { Abi } from './messages.js';
import { openNative } from './native.js';

/** One source for one .mpy version. */
export interface CompileJob {
  readonly abi: Abi;
  /** The path under the device folder, for messages; the compiler sees its last segment only. */
  readonly path: string;
  readonly source: Buffer;
  /** The board compiles this file itself: only its syntax matters here, and native code is allowed. */
  readonly checkOnly: boolean;
}

/** Turns sources into .mpy files. */
export interface Compiler {
  /**
   * The bytes of the .mpy file. Throws {@link SoftOtaError}: `source_syntax`, `native_code` (both as
   * SourceRefused), `compiler_failed`, `compiler_missing`, `compiler_abi`.
   */
  compile(job: CompileJob): Promise<Buffer>;
  /** Changes whenever the same source could give other bytes. Throws `compiler_missing`. */
  readonly fingerprint: (abi: Abi) => string;
  /** Ends the workers. Unfinished jobs fail. */
  close(): Promise<void>;
}

export interface CompilerOptions {
  /** Path of a native mpy-cross that is used instead of the bundled one. */
  readonly mpyCross?: string;
  /** Architecture for @native and @viper with a native mpy-cross, for example `xtensa`. */
  readonly march?: string;
}

export function openCompiler(options: CompilerOptions = {}): Compiler {
  if (options.mpyCross !== undefined) return openNative(options.mpyCross, options.march);
  return openBundled(startWorker);
}

/**
 * A worker whose output stays inside, since third-party code prints noise, and that knows nothing of our own
 * Node flags.
 */
function startWorker(script: URL): Worker {
  return new Worker(script, { execArgv: [], stdout: true, stderr: true });
}
