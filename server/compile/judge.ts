import { SoftOtaError } from '../errors.js';
import type { Abi } from './messages.js';
import { SourceRefused } from './refusal.js';
import type { Source } from './sources.js';
import type { Warning } from './tree.js';

/** The bytes for the device, or why there are none. `remembered` is undefined for what needs no compiler. */
export interface Produced {
  readonly result: Buffer | SoftOtaError;
  readonly remembered: boolean | undefined;
}

export interface AttemptedFile extends Produced {
  readonly source: Source;
}

/** One try to make everything for one .mpy version. */
export interface Attempt {
  readonly abi: Abi;
  readonly files: readonly AttemptedFile[];
}

export interface Judgement {
  readonly passed: readonly Attempt[];
  readonly warnings: readonly Warning[];
}

/**
 * Decides what is released: the highest version must have succeeded, else its first error is thrown, with
 * the findings of the inspection behind it; findings alone are thrown as they are. A lower version with an
 * error is left out and warned of.
 */
export function judge(attempts: readonly Attempt[], findings: SoftOtaError | undefined): Judgement {
  const highest = Math.max(...attempts.map(({ abi }) => abi));
  const faulty = attempts.map((attempt) => ({ attempt, fault: firstFault(attempt) }));
  const fatal = faulty.find(({ attempt, fault }) => attempt.abi === highest && fault !== undefined)?.fault;
  if (fatal !== undefined) throw withFindings(fatal, findings);
  if (findings !== undefined) throw findings;
  return {
    passed: faulty.filter(({ fault }) => fault === undefined).map(({ attempt }) => attempt),
    warnings: faulty.flatMap(({ attempt, fault }) =>
      fault === undefined ? [] : [toWarning(attempt, fault)],
    ),
  };
}

function firstFault({ files }: Attempt): SoftOtaError | undefined {
  return files.map(({ result }) => result).find((result) => result instanceof SoftOtaError);
}

/** The compiler says "invalid syntax" where a finding says what to write instead. */
function withFindings(error: SoftOtaError, findings: SoftOtaError | undefined): SoftOtaError {
  if (findings === undefined) return error;
  return new SoftOtaError(error.code, `${error.message}\n${findings.message}`, { cause: error });
}

function toWarning({ abi, files }: Attempt, fault: SoftOtaError): Warning {
  const file = files.find(({ result }) => result === fault)?.source.path ?? '';
  const line = fault instanceof SourceRefused ? fault.refusal.line : undefined;
  const message = `Not released for .mpy version ${abi}: ${fault.message}`;
  return line === undefined ? { file, message } : { file, line, message };
}
