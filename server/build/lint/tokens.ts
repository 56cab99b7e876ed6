import { scanString } from './strings.js';

/** `end` closes a logical line; `conversion` is the `!r` of an f-string. */
export type TokenKind = 'name' | 'number' | 'string' | 'op' | 'conversion' | 'comment' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Offset into the source, in UTF-16 units. */
  readonly at: number;
}

const BLANK = /(?:[ \t\f\r]|\\\r?\n)+/y;
const STRING_START = /[rbuf]{0,2}(?:"""|'''|"|')/iy;
const NUMBER = /0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const COMMENT = /#[^\n]*/y;
const OPERATOR = /\*\*=|\/\/=|>>=|<<=|\.\.\.|[-+*/%@&|^=!<>:]=|\*\*|\/\/|<<|>>|->|[^\s]/uy;

/** Where a piece of source begins and ends, and how deep in brackets it starts. */
interface Scan {
  readonly source: string;
  at: number;
  readonly until: number;
  depth: number;
}

/**
 * The tokens of Python source, comments among them, without line breaks inside brackets and without
 * indentation. Strings are one token, but for the expressions inside f-strings, whose tokens follow the
 * string. Never throws: what is no Python gives odd operators, and the compiler has the word on it.
 */
export function tokenize(source: string): Token[] {
  return scan({ source, at: 0, until: source.length, depth: 0 });
}

/** The tokens of a part of `source` that stands in brackets, such as an expression in an f-string. */
export function tokenizePart(source: string, from: number, until: number): Token[] {
  return scan({ source, at: from, until, depth: 1 });
}

function scan(state: Scan): Token[] {
  const tokens: Token[] = [];
  while (state.at < state.until) {
    state.at += take(BLANK, state).length;
    if (state.at < state.until) tokens.push(...next(state));
  }
  if (state.depth === 0) tokens.push({ kind: 'end', text: '', at: state.until });
  return tokens;
}

function next(state: Scan): Token[] {
  if (state.source[state.at] === '\n') return lineBreak(state);
  const start = take(STRING_START, state);
  if (start !== '') return string(state, start);
  return [
    plain(state, 'comment', COMMENT) ??
      plain(state, 'number', NUMBER) ??
      plain(state, 'name', NAME) ??
      operator(state),
  ];
}

function lineBreak(state: Scan): Token[] {
  const at = state.at;
  state.at += 1;
  return state.depth === 0 ? [{ kind: 'end', text: '', at }] : [];
}

function string(state: Scan, start: string): Token[] {
  const { end, fields } = scanString(state.source, state.at, start, state.until);
  const token: Token = { kind: 'string', text: state.source.slice(state.at, end), at: state.at };
  state.at = end;
  const inner = fields.flatMap(({ from, until, conversion }) => {
    const part = tokenizePart(state.source, from, until);
    return conversion === undefined ? part : [...part, { kind: 'conversion' as const, ...conversion }];
  });
  return [token, ...inner];
}

function plain(state: Scan, kind: TokenKind, pattern: RegExp): Token | undefined {
  const text = take(pattern, state);
  if (text === '') return undefined;
  const at = state.at;
  state.at += text.length;
  return { kind, text, at };
}

function operator(state: Scan): Token {
  const token = plain(state, 'op', OPERATOR) ?? { kind: 'op', text: '', at: state.at };
  if ('([{'.includes(token.text)) state.depth += 1;
  if (')]}'.includes(token.text)) state.depth = Math.max(0, state.depth - 1);
  if (token.text === '') state.at += 1;
  return token;
}

function take(pattern: RegExp, { source, at, until }: Scan): string {
  pattern.lastIndex = at;
  return (pattern.exec(source)?.[0] ?? '').slice(0, until - at);
}
