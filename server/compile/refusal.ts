import { SoftOtaError } from '../errors.js';

/**
 * Why a compiler does not take a source: the same for the same bytes, so it can be remembered like a
 * compiled file.
 */
export interface Refusal {
  readonly code: 'source_syntax' | 'native_code';
  readonly line: number | undefined;
  readonly reason: string;
}

/** The error made of a {@link Refusal} for the file at `path`. */
export class SourceRefused extends SoftOtaError {
  readonly path: string;
  readonly refusal: Refusal;

  constructor(path: string, refusal: Refusal) {
    const place = refusal.line === undefined ? path : `${path}:${refusal.line}`;
    super(refusal.code, `${place}: ${refusal.reason}`);
    this.path = path;
    this.refusal = refusal;
  }
}

export const NATIVE_REASON =
  '@native, @viper and inline assembler need the mpy-cross of the very firmware: the bundled compiler makes ' +
  'native code that loads on MicroPython 1.19 only';
const LINE = /^ *File "[^"]*", line (\d+)/;
const SENTENCE = /^(?:Syntax|Indentation|Overflow|Value|Unicode)Error: /;

/** Reads the error output of mpy-cross. Undefined when it blames no source (out of memory, a crash). */
export function readRefusal(errors: readonly string[]): Refusal | undefined {
  const lines = errors.flatMap((text) => text.split(/\r?\n/));
  const sentence = lines.find((line) => SENTENCE.test(line));
  if (sentence === undefined) return undefined;
  const found = lines.map((line) => LINE.exec(line)).find((match) => match !== null);
  const line = found?.[1] === undefined ? undefined : Number(found[1]);
  const native = sentence.endsWith('invalid arch');
  return native
    ? { code: 'native_code', line, reason: NATIVE_REASON }
    : { code: 'source_syntax', line, reason: sentence };
}
