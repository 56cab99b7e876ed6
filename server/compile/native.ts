import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { SoftOtaError } from '../errors.js';
import type { CompileJob, Compiler } from './compiler.js';
import { createGate } from './gate.js';
import { checkAbi } from './output.js';
import { pragmaFlags } from './pragma.js';
import { readRefusal, SourceRefused } from './refusal.js';

/** No source of a board takes a compiler this long; one that hangs must not hold up the build for ever. */
const TIMEOUT_MS = 30_000;

interface Run {
  /** Exit code, `ENOENT` and the like when it never started, null when it was killed. */
  readonly exit: number | string | null;
  readonly errors: string;
}

/** The mpy-cross at `program`, run once for each file with that file alone in a temporary folder. */
export function openNative(program: string, march?: string): Compiler {
  const path = program.includes('/') ? resolve(program) : program;
  const flags = march === undefined ? [] : [`-march=${march}`];
  const gate = createGate(availableParallelism());
  let fingerprint: string | undefined;
  return {
    compile: (job) => gate(() => inFolder((folder) => compileIn(folder, path, flags, job))),
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

async function compileIn(folder: string, program: string, flags: string[], job: CompileJob): Promise<Buffer> {
  const name = basename(job.path);
  await writeFile(join(folder, name), job.source);
  checkRun(
    program,
    job,
    await run(program, [...flags, ...pragmaFlags(job.source), '-o', 'out.mpy', name], folder),
  );
  const mpy = await readOutput(join(folder, 'out.mpy'), program, job);
  checkAbi(mpy, job.abi, `${job.path} (${program})`);
  return mpy;
}

function run(program: string, args: string[], cwd: string): Promise<Run> {
  return new Promise((done) => {
    execFile(program, args, { cwd, timeout: TIMEOUT_MS }, (error, _out, errors) => {
      done({ exit: error === null ? 0 : (error.code ?? null), errors });
    });
  });
}

function checkRun(program: string, job: CompileJob, { exit, errors }: Run): void {
  if (exit === 0) return;
  if (typeof exit === 'string') throw missing(program, new Error(exit));
  const refusal = readRefusal([errors]);
  if (refusal !== undefined) throw new SourceRefused(job.path, refusal);
  const how = exit === null ? 'was killed' : `ended with exit code ${exit}`;
  throw new SoftOtaError('compiler_failed', `${job.path}: ${program} ${how}. ${errors.trim()}`.trim());
}

async function readOutput(path: string, program: string, job: CompileJob): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new SoftOtaError('compiler_failed', `${job.path}: ${program} wrote no file`, { cause });
  }
}

function missing(program: string, cause: unknown): SoftOtaError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new SoftOtaError('compiler_missing', `${program} cannot be run: ${reason}`, { cause });
}
