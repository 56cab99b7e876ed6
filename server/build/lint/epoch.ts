/** Seconds since 2000 or 1970 do not fit the 30-bit floats of an ESP8266: they lose minutes. */
import type { Code } from './code.js';
import { memberAt, readArguments, type Search, textAt } from './matchers.js';
import type { Token } from './tokens.js';

const CLOCKS = new Set(['time', 'mktime']);
/** A float of that size has steps of 128 or more. */
const MAX_FLOAT = 2 ** 30;
/** 2008 in Unix time, 2038 counted from 2000: larger than any moment that a board can mean. */
const UNIX_MOMENT = 1_200_000_000;
const COMPARISONS = new Set(['<', '>', '<=', '>=', '==', '!=']);
const ARITHMETIC = new Set(['+', '-', '*']);

/** A moment in a float: `time.time() / 60`, `1.5 + time.time()`, `float(time.mktime(t))`. */
export const epochInFloat: Search = (code) =>
  clockCalls(code)
    .filter(({ start, end }) => {
      const [before, after] = [textAt(code.tokens, start - 1), textAt(code.tokens, end + 1)];
      if (before === '/' || after === '/') return true;
      if (before === '(' && textAt(code.tokens, start - 2) === 'float') return true;
      return (
        (ARITHMETIC.has(after) && isFloat(code.tokens[end + 2])) ||
        (ARITHMETIC.has(before) && isFloat(code.tokens[start - 2]))
      );
    })
    .map(({ token }) => token);

/** A float literal that is too large to be exact. */
export const largeFloat: Search = ({ tokens }) =>
  tokens.filter((token) => isFloat(token) && Number(token.text.replaceAll('_', '')) > MAX_FLOAT);

/** A moment compared with a number that only Unix time reaches. */
export const unixMoment: Search = (code) =>
  clockCalls(code)
    .filter(({ start, end }) => {
      const { tokens } = code;
      const right = COMPARISONS.has(textAt(tokens, end + 1)) && isMoment(tokens[end + 2]);
      return right || (COMPARISONS.has(textAt(tokens, start - 1)) && isMoment(tokens[start - 2]));
    })
    .map(({ token }) => token);

interface ClockCall {
  readonly token: Token;
  /** First and last token of the call. */
  readonly start: number;
  readonly end: number;
}

function clockCalls(code: Code): ClockCall[] {
  return code.tokens.flatMap((token, i) => {
    if (token.kind !== 'name' || textAt(code.tokens, i + 1) !== '(') return [];
    const start = clockStart(code, i);
    if (start === undefined) return [];
    const length = readArguments(code.tokens, i + 1).reduce((sum, arg) => sum + arg.length + 1, 0);
    return [{ token, start, end: i + 1 + Math.max(1, length) }];
  });
}

/** Where `time.time` or an imported `time` begins, undefined when token `i` is something else. */
function clockStart(code: Code, i: number): number | undefined {
  if (CLOCKS.has(memberAt(code, i, 'time') ?? '')) return i - 2;
  if (textAt(code.tokens, i - 1) === '.') return undefined;
  const [module, name] = (code.members.get(textAt(code.tokens, i)) ?? '').split('.');
  return module === 'time' && CLOCKS.has(name ?? '') ? i : undefined;
}

function isFloat(token: Token | undefined): boolean {
  return token?.kind === 'number' && !/^0x/i.test(token.text) && /[.e]/i.test(token.text);
}

function isMoment(token: Token | undefined): boolean {
  return token?.kind === 'number' && Number(token.text.replaceAll('_', '')) > UNIX_MOMENT;
}
