/** The compiler's word on what ruff cannot read. */

import { CompileError } from '../compile/compile-error.js';
import type { Compiler } from '../compile/compiler.js';
import type { Abi } from '../compile/messages.js';
import type { Finding } from '../finding.js';
import type { Source } from '../sources.js';

/** Of the files with a doubtful grammar those that the compiler for `abi` does not take either. */
export async function refusedFiles(
  findings: readonly Finding[],
  sources: readonly Source[],
  abi: Abi,
  compiler: Compiler,
): Promise<Set<string>> {
  const doubtful = new Set(findings.flatMap(({ severity, file }) => (severity === 'syntax' ? [file] : [])));
  const asked = sources.filter(({ path }) => doubtful.has(path));
  const refused = asked.map(async ({ path, place, bytes }) => {
    const job = { abi, path: place, source: bytes, checkOnly: true };
    return (await isRefused(compiler.compile(job))) ? [path] : [];
  });
  return new Set((await Promise.all(refused)).flat());
}

async function isRefused(compiled: Promise<Buffer>): Promise<boolean> {
  try {
    await compiled;
    return false;
  } catch (error) {
    if (error instanceof CompileError) return true;
    throw error;
  }
}
