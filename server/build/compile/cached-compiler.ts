import { basename } from 'node:path';
import { type Cache, cacheKey } from './cache.js';
import { CompileError, type Diagnostic } from './compile-error.js';
import type { CompileJob, Compiler } from './compiler.js';
import { pragmaFlags } from './pragma.js';

/** What became of a job, and whether the compiler had to run for it. */
export interface Outcome {
  readonly result: Buffer | CompileError;
  readonly cached: boolean;
}

export type CachedCompile = (job: CompileJob) => Promise<Outcome>;

/** First byte of a remembered result. Refusals are remembered too: they are as certain as compiled files. */
const COMPILED = 1;
const REFUSED = 2;

/**
 * A compiler that never does the same thing twice: not in one build, not after a restart. Errors other than
 * refusals are thrown.
 */
export function withCache(compiler: Compiler, cache: Cache): CachedCompile {
  const running = new Map<string, Promise<Outcome>>();
  return async (job) => {
    const key = keyOf(compiler, job);
    const twin = running.get(key);
    if (twin !== undefined) return dedupe(job, await twin);
    const outcome = readOrCompile(compiler, cache, key, job);
    running.set(key, outcome);
    return outcome;
  };
}

function keyOf(compiler: Compiler, { abi, path, source, checkOnly }: CompileJob): string {
  const purpose = checkOnly ? 'check' : 'run';
  const parts = [
    'mpy 2',
    String(abi),
    compiler.fingerprint(abi),
    basename(path),
    purpose,
    ...pragmaFlags(source),
  ];
  return cacheKey(parts, source);
}

/** The same bytes under the same bare name in another folder. */
function dedupe(job: CompileJob, { result }: Outcome): Outcome {
  const own = result instanceof CompileError ? new CompileError(job.path, result.diagnostic) : result;
  return { result: own, cached: true };
}

async function readOrCompile(
  compiler: Compiler,
  cache: Cache,
  key: string,
  job: CompileJob,
): Promise<Outcome> {
  const known = decode(job, cache.get(key));
  if (known !== undefined) return { result: known, cached: true };
  const result = await compileOrRefuse(compiler, job);
  cache.put(key, encode(result));
  return { result, cached: false };
}

async function compileOrRefuse(compiler: Compiler, job: CompileJob): Promise<Buffer | CompileError> {
  try {
    return await compiler.compile(job);
  } catch (error) {
    if (error instanceof CompileError) return error;
    throw error;
  }
}

function encode(result: Buffer | CompileError): Buffer {
  if (result instanceof CompileError) {
    return Buffer.concat([Buffer.of(REFUSED), Buffer.from(JSON.stringify(result.diagnostic))]);
  }
  return Buffer.concat([Buffer.of(COMPILED), result]);
}

function decode(job: CompileJob, bytes: Buffer | undefined): Buffer | CompileError | undefined {
  if (bytes?.[0] === COMPILED) return bytes.subarray(1);
  if (bytes?.[0] !== REFUSED) return undefined;
  const diagnostic: Diagnostic = JSON.parse(bytes.subarray(1).toString('utf8'));
  return new CompileError(job.path, diagnostic);
}
