import { SoftOtaError } from '../../errors.js';
import { classifyFindings, type Finding, formatFinding, lintFailed } from '../finding.js';
import type { Source } from '../sources.js';
import type { Warning } from './build-tree.js';
import { CompileError } from './compile-error.js';
import type { Compiler } from './compiler.js';
import type { Abi } from './messages.js';

/** The bytes for the device, or why there are none. `remembered` is undefined for what needs no compiler. */
export interface Produced {
  readonly result: Buffer | SoftOtaError;
  readonly cached: boolean | undefined;
}

export interface FileResult extends Produced {
  readonly source: Source;
}

/** One try to make everything for one .mpy version. */
export interface BuildResult {
  readonly abi: Abi;
  readonly files: readonly FileResult[];
}

export interface SelectedSets {
  readonly passed: readonly BuildResult[];
  readonly warnings: readonly Warning[];
}

interface Fault {
  readonly source: Source;
  readonly error: SoftOtaError;
}

/** ruff's name for what it cannot read. */
const INVALID_SYNTAX = 'invalid-syntax';
/** What the compiler says to a construct that it does not know. */
const UNKNOWN_SYNTAX = /^SyntaxError: (?:invalid syntax|.*f-string)/;

/**
 * @param findings undefined when nobody has looked: then nothing is known of the grammar but the compiler's word
 *
 * Decides what is released: the highest version must have succeeded, else its first error is thrown, with the errors of the
 * inspection behind it; those alone are thrown as they are. A lower version with an error is left out and warned of.
 */
export function selectSets(
  attempts: readonly BuildResult[],
  findings: readonly Finding[] | undefined,
  { age }: Pick<Compiler, 'age'>,
): SelectedSets {
  const highest = Math.max(...attempts.map(({ abi }) => abi));
  const [best] = attempts.filter(({ abi }) => abi === highest);
  const faults = best === undefined ? [] : faultsOf(best);
  const { errors, warnings } = classifyFindings(
    findings ?? [],
    new Set(faults.map(({ source }) => source.path)),
  );
  const placeOf = places(attempts);
  const [fatal] = faults;
  if (fatal !== undefined) throw explain(fatal, errors, placeOf, findings && age?.(highest as Abi));
  if (errors.length > 0) throw lintFailed(errors, placeOf);
  const lower = attempts.filter(({ abi }) => abi !== highest);
  return {
    passed: attempts.filter((attempt) => faultsOf(attempt).length === 0),
    warnings: [...warnings.map((one) => lintWarning(one, placeOf)), ...lower.flatMap(leftOut)],
  };
}

function faultsOf({ files }: BuildResult): Fault[] {
  return files.flatMap(({ source, result }) =>
    result instanceof SoftOtaError ? [{ source, error: result }] : [],
  );
}

type PlaceOf = (path: string) => string;

function places([attempt]: readonly BuildResult[]): PlaceOf {
  const known = new Map(attempt?.files.map(({ source }) => [source.path, source.place]));
  return (path) => known.get(path) ?? path;
}

/** The compiler says "invalid syntax" and no column, where a finding says what to write instead. */
function explain(fatal: Fault, errors: readonly Finding[], placeOf: PlaceOf, age?: string): SoftOtaError {
  const error = withColumn(fatal, errors);
  const lines = errors.map((finding) => formatFinding(finding, placeOf(finding.file)));
  const message = [`${error.message}${newerPython(fatal, errors, age)}`, ...lines].join('\n');
  return message === fatal.error.message
    ? fatal.error
    : new SoftOtaError(error.code, message, { cause: fatal.error });
}

/** The same refusal at the column that ruff found in that line. */
function withColumn({ source, error }: Fault, errors: readonly Finding[]): SoftOtaError {
  if (!(error instanceof CompileError)) return error;
  const { diagnostic, path } = error;
  const found = errors.find(
    ({ file, line, rule }) => file === source.path && line === diagnostic.line && rule === INVALID_SYNTAX,
  );
  return found === undefined ? error : new CompileError(path, { ...diagnostic, column: found.column });
}

/** ruff knows the newest grammar: what it takes may be more than the compiler's, and no fault of the source. */
function newerPython({ source, error }: Fault, errors: readonly Finding[], age: string | undefined): string {
  if (age === undefined || !(error instanceof CompileError)) return '';
  if (!UNKNOWN_SYNTAX.test(error.diagnostic.reason)) return '';
  if (errors.some(({ file, rule }) => file === source.path && rule === INVALID_SYNTAX)) return '';
  return (
    ` (the bundled compiler is that of MicroPython ${age}: where the boards run a newer one that knows this, ` +
    'pass its mpy-cross with --mpy-cross PATH)'
  );
}

function lintWarning({ file, line, column, rule, message }: Finding, placeOf: PlaceOf): Warning {
  return { file: placeOf(file), line, column, message: `${rule} ${message}` };
}

function leftOut(attempt: BuildResult): Warning[] {
  const [fault] = faultsOf(attempt);
  if (fault === undefined) return [];
  const { source, error } = fault;
  const file = source.place;
  if (!(error instanceof CompileError)) {
    return [{ file, message: `Not released for .mpy version ${attempt.abi}: ${error.message}` }];
  }
  const { line, column, reason } = error.diagnostic;
  return [{ file, line, column, message: `Not released for .mpy version ${attempt.abi}: ${reason}` }];
}
