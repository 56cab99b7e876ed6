import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { SoftOtaError } from '../../errors.js';
import { CompileError, parseDiagnostic } from './compile-error.js';
import type { CompileJob, Compiler } from './compiler.js';
import { limitConcurrency } from './concurrency-limit.js';
import { checkAbi } from './output.js';
import { pragmaFlags } from './pragma.js';
import { compileTimeout } from './timeout.js';

interface Run {
  /** Exit code, `ENOENT` and the like when it never started, null when it was killed. */
  readonly exit: number | string | null;
  /** Killed because it took too long. */
  readonly overdue: boolean;
  readonly errors: string;
}

interface Program {
  readonly path: string;
  readonly flags: readonly string[];
  readonly timeoutMs: number;
}

/** The mpy-cross at `program`, run once for each file with that file alone in a temporary folder. */
export function openNative(program: string, march: string | undefined, timeoutMs: number): Compiler {
  const path = program.includes('/') ? resolve(program) : program;
  const flags = march === undefined ? [] : [`-march=${march}`];
  const gate = limitConcurrency(availableParallelism());
  let fingerprint: string | undefined;
  return {
    compile: (job) => gate(() => inFolder((folder) => compileIn(folder, { path, flags, timeoutMs }, job))),
    fingerprint: () => {
      fingerprint ??= digest(path, flags);
      return fingerprint;
    },
    close: async () => {},
  };
}

function digest(program: string, flags: readonly string[]): string {
  try {
    return createHash('sha256').update(readFileSync(program)).update(flags.join(' ')).digest('hex');
  } catch (cause) {
    throw missing(program, cause);
  }
}

async function inFolder<Value>(work: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), 'soft-ota-mpy-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compileIn(folder: string, program: Program, job: CompileJob): Promise<Buffer> {
  job.signal?.throwIfAborted();
  await writeFile(join(folder, basename(job.path)), job.source);
  const ended = await run(program, job, folder);
  job.signal?.throwIfAborted();
  checkRun(program.path, job, ended);
  const mpy = await readOutput(join(folder, 'out.mpy'), program.path, job);
  checkAbi(mpy, job.abi, `${job.path} (${program.path})`);
  return mpy;
}

function run(
  { path, flags, timeoutMs }: Program,
  { path: source, source: text, signal }: CompileJob,
  cwd: string,
): Promise<Run> {
  const args = [...flags, ...pragmaFlags(text), '-o', 'out.mpy', basename(source)];
  const limits = {
    cwd,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(signal === undefined ? {} : { signal }),
  } as const;
  return new Promise((done) => {
    execFile(path, args, limits, (error, _out, errors) => {
      done({ exit: error === null ? 0 : (error.code ?? null), overdue: error?.killed === true, errors });
    });
  });
}

function checkRun(program: string, job: CompileJob, { exit, overdue, errors }: Run): void {
  if (exit === 0) return;
  if (overdue) throw compileTimeout(job);
  if (typeof exit === 'string') throw missing(program, new Error(exit));
  const diagnostic = parseDiagnostic([errors], job.source);
  if (diagnostic !== undefined) throw new CompileError(job.path, diagnostic);
  const how = exit === null ? 'was killed' : `ended with exit code ${exit}`;
  throw new SoftOtaError('compiler_failed', `${job.path}:1:1: ${program} ${how}. ${errors.trim()}`.trim());
}

async function readOutput(path: string, program: string, job: CompileJob): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new SoftOtaError('compiler_failed', `${job.path}:1:1: ${program} wrote no file`, { cause });
  }
}

function missing(program: string, cause: unknown): SoftOtaError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new SoftOtaError('compiler_missing', `${program} cannot be run: ${reason}`, { cause });
}
