import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { SoftOtaError } from '../../errors.js';
import { CompileError, parseDiagnostic } from './compile-error.js';
import type { CompileJob, Compiler } from './compiler.js';
import type { Abi, CompileRequest, CompileResponse } from './messages.js';
import { checkAbi, checkPure } from './output.js';
import { Pool, PoolTimeout } from './pool.js';
import { pragmaFlags } from './pragma.js';
import { compileTimeout } from './timeout.js';

const WASM: Record<Abi, string> = {
  5: '@pybricks/mpy-cross-v5/build/mpy-cross.wasm',
  6: '@pybricks/mpy-cross-v6/build/mpy-cross-v6.wasm',
};
/** The commits that the two packages were made of. */
const AGE: Record<Abi, string> = { 5: '1.14 (January 2021)', 6: '1.19 (July 2022)' };
const SCRIPT = new URL('./mpy-cross.worker.js', import.meta.url);
const require = createRequire(import.meta.url);

/**
 * A board compiles its own native code, so the check of such a file needs some architecture with an emitter.
 */
const CHECK_FLAGS: readonly string[] = ['-march=xtensa'];

/** The linter works at the same time, in a process of its own, and needs a core as well. */
const WORKERS = Math.max(1, availableParallelism() - 1);

/** The compilers that come with the package, MicroPython's own as WebAssembly, on a worker for each core but one. */
export function openBundled(start: (script: URL) => Worker, timeoutMs: number): Compiler {
  const pool = new Pool<CompileRequest, CompileResponse>(() => start(SCRIPT), WORKERS, timeoutMs);
  const wasm = lazily((abi) => readFileSync(require.resolve(WASM[abi])));
  const modules = lazily((abi) => WebAssembly.compile(wasm(abi)));
  return {
    async compile(job) {
      const question = toQuestion(job, await modules(job.abi));
      return readReply(job, await ask(pool, job, question));
    },
    fingerprint: lazily((abi) =>
      createHash('sha256').update(wasm(abi)).update(CHECK_FLAGS.join(' ')).digest('hex'),
    ),
    age: (abi) => AGE[abi],
    close: () => pool.close(),
  };
}

/** Computes the value for an ABI when it is first asked for: many projects need one of the two only. */
function lazily<Value>(make: (abi: Abi) => Value): (abi: Abi) => Value {
  const made = new Map<Abi, Value>();
  return (abi) => {
    const value = made.get(abi) ?? make(abi);
    made.set(abi, value);
    return value;
  };
}

function toQuestion(job: CompileJob, module: WebAssembly.Module): CompileRequest {
  // No -O by itself: an assert means the same compiled as in its source, and tracebacks keep their line numbers.
  const flags = job.checkOnly ? CHECK_FLAGS : pragmaFlags(job.source);
  return { abi: job.abi, module, name: basename(job.path), source: job.source, flags };
}

async function ask(pool: Pool<CompileRequest, CompileResponse>, job: CompileJob, question: CompileRequest) {
  try {
    return await pool.ask(question, job.signal);
  } catch (cause) {
    job.signal?.throwIfAborted();
    if (cause instanceof PoolTimeout) throw compileTimeout(job);
    throw new SoftOtaError('compiler_failed', `${job.path}:1:1: the compiler broke down`, { cause });
  }
}

function readReply(job: CompileJob, reply: CompileResponse): Buffer {
  if (reply.status === 0 && reply.mpy !== undefined) return checkBundled(job, Buffer.from(reply.mpy));
  const diagnostic = parseDiagnostic(reply.errors, job.source);
  if (diagnostic !== undefined) throw new CompileError(job.path, diagnostic);
  throw new SoftOtaError(
    'compiler_failed',
    `${job.path}:1:1: ${reply.errors.join(' ') || 'the compiler broke down'}`,
  );
}

function checkBundled(job: CompileJob, mpy: Buffer): Buffer {
  checkAbi(mpy, job.abi, job.path);
  if (!job.checkOnly) checkPure(mpy, job);
  return mpy;
}
