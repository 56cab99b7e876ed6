import { SoftOtaError } from '../../errors.js';
import { createLocator, indentation, longestLine, type Position } from '../positions.js';

/**
 * Why a compiler does not take a source: the same for the same bytes, so it can be remembered like a
 * compiled file.
 */
export interface Diagnostic extends Position {
  readonly code: 'source_syntax' | 'source_large' | 'native_code';
  readonly reason: string;
}

/** The error made of a {@link Diagnostic} for the file at `path`. */
export class CompileError extends SoftOtaError {
  readonly path: string;
  readonly diagnostic: Diagnostic;

  constructor(path: string, diagnostic: Diagnostic) {
    super(diagnostic.code, `${path}:${diagnostic.line}:${diagnostic.column}: ${diagnostic.reason}`);
    this.path = path;
    this.diagnostic = diagnostic;
  }
}

const NATIVE_REASON =
  '@native, @viper and inline assembler need the mpy-cross of the very firmware: the bundled compiler makes ' +
  'native code that loads on MicroPython 1.19 only';

/** What mpy-cross says without a line, or in words that help nobody. */
interface MessagePattern {
  readonly says: RegExp;
  readonly code: Diagnostic['code'];
  readonly reason: string;
  /** The offset to blame when it named no line. */
  readonly find: (source: string) => number;
}

const MAX_NAME_BYTES = 255;
const MESSAGE_PATTERNS: readonly MessagePattern[] = [
  {
    says: /invalid arch$/,
    code: 'native_code',
    reason: NATIVE_REASON,
    find: nativeCode,
  },
  {
    says: /unicode name escapes$/,
    code: 'source_syntax',
    reason: 'MicroPython knows no \\N{...} in strings: write the character itself, or its \\u escape',
    find: (source) => source.indexOf('\\N{'),
  },
  {
    says: /name too long$/,
    code: 'source_syntax',
    reason: `a name has more than ${MAX_NAME_BYTES} bytes: shorten it`,
    find: longName,
  },
  {
    says: /bytecode overflow$/,
    code: 'source_large',
    reason: 'too much code in one function, or outside of functions, for the jumps in it',
    find: longestLine,
  },
  {
    says: /^(?:MemoryError|RecursionError|RuntimeError: maximum recursion)/,
    code: 'source_large',
    reason: 'too large, or nested too deeply, for the compiler; this is the longest line',
    find: longestLine,
  },
];
const LINE = /^ *File "[^"]*", line (\d+)/;
const SENTENCE = /^(?:Syntax|Indentation|Overflow|Value|Unicode)Error: /;

/** Reads the error output of mpy-cross. Undefined when it blames no source (a crash). */
export function parseDiagnostic(errors: readonly string[], source: Buffer): Diagnostic | undefined {
  const lines = errors.flatMap((text) => text.split(/\r?\n/));
  const text = source.toString('utf8');
  const named = lines.map((line) => LINE.exec(line)?.[1]).find((line) => line !== undefined);
  const place = named === undefined ? undefined : indentation(text, Number(named));
  for (const { says, code, reason, find } of MESSAGE_PATTERNS) {
    if (lines.some((line) => says.test(line)))
      return { code, reason, ...(place ?? locate(text, find(text))) };
  }
  const reason = lines.find((line) => SENTENCE.test(line));
  return reason === undefined ? undefined : { code: 'source_syntax', reason, ...(place ?? locate(text, 0)) };
}

function locate(text: string, at: number): Position {
  return createLocator(text)(Math.max(0, at));
}

/** For machine code that was found in the output, where no compiler names a line. */
export function nativeDiagnostic(source: Buffer): Diagnostic {
  const text = source.toString('utf8');
  return { code: 'native_code', reason: NATIVE_REASON, ...locate(text, nativeCode(text)) };
}

function nativeCode(source: string): number {
  return source.search(/@micropython\.(?:native|viper|asm_)/);
}

function longName(source: string): number {
  const names = source.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu);
  return [...names].find(([name]) => Buffer.byteLength(name) > MAX_NAME_BYTES)?.index ?? 0;
}
