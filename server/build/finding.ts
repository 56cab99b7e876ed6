import { SoftOtaError } from '../errors.js';

/**
 * `error` stops a build, `warning` is said. `syntax` is an opinion on the grammar: an error when the compiler refuses the
 * file as well, else a warning.
 */
export type Severity = 'error' | 'warning' | 'syntax';

/** One place in a source that has to change, or had better. */
export interface Finding {
  /** The path under the device folder. */
  readonly file: string;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

export interface ClassifiedFindings {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** @param refused the files that the compiler does not take */
export function classifyFindings(
  findings: readonly Finding[],
  refused: ReadonlySet<string>,
): ClassifiedFindings {
  const stops = ({ severity, file }: Finding) =>
    severity === 'error' || (severity === 'syntax' && refused.has(file));
  return {
    errors: findings.filter(stops),
    warnings: findings.filter((finding) => !stops(finding)),
  };
}

/** As compilers print it, so that editors and terminals can jump to it. */
export function formatFinding({ file, line, column, rule, message }: Finding, shown = file): string {
  return `${shown}:${line}:${column} ${rule} ${message}`;
}

/** `lint_failed` with one line for each finding. */
export function lintFailed(errors: readonly Finding[], placeOf: (path: string) => string): SoftOtaError {
  const lines = errors.map((finding) => formatFinding(finding, placeOf(finding.file)));
  return new SoftOtaError('lint_failed', lines.join('\n'));
}
