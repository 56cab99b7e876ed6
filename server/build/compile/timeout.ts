import { SoftOtaError } from '../../errors.js';
import { createLocator } from '../positions.js';
import type { CompileJob } from './compiler.js';

/** A compiler computes constants, and these two operators make numbers that it never ends to compute. */
const LARGE_CONSTANT = /[\d)]\s*(?:\*\*|<<)\s*[\d(]/;

/** The compiler took too long and was ended: `compile_timeout`, at the expression that is the likely reason. */
export function compileTimeout({ path, source }: CompileJob): SoftOtaError {
  const text = source.toString('utf8');
  const at = text.search(LARGE_CONSTANT);
  const { line, column } = createLocator(text)(Math.max(0, at));
  const reason = at < 0 ? '' : '; does this constant take too long to compute?';
  return new SoftOtaError(
    'compile_timeout',
    `${path}:${line}:${column}: the compiler took too long and was stopped${reason}`,
  );
}
