/** Built-in functions, types and syntax that a stock ESP8266 lacks. */
import { epochInFloat, largeFloat, unixMoment } from './epoch.js';
import { anyOf, builtin, calling, hasKeyword, method, type Search } from './matchers.js';
import type { Rule } from './rule.js';

const imaginary: Search = ({ tokens }) =>
  tokens.filter(({ kind, text }) => kind === 'number' && /^[^x]*j$/i.test(text));
const conversion: Search = ({ tokens }) => tokens.filter(({ kind }) => kind === 'conversion');
/** `x %= …` with a comma before the end of the line: a tuple, so x is text. */
const formatInPlace: Search = ({ tokens }) =>
  tokens.filter(({ text }, i) => {
    if (text !== '%=') return false;
    const end = tokens.findIndex(({ kind }, at) => at > i && kind === 'end');
    return tokens.slice(i, end < 0 ? undefined : end).some((token) => token.text === ',');
  });
const coroutine: Search = ({ tokens }) =>
  tokens.filter(
    ({ text }, i) => text === 'async' && ['def', 'for', 'with'].includes(tokens[i + 1]?.text ?? ''),
  );

export const LANGUAGE_RULES: readonly Rule[] = [
  {
    id: 'ESP001',
    finds: 'pow() with three arguments is not there',
    instead: 'square and multiply with % at every step',
    search: calling('pow', (args) => args.length === 3),
  },
  {
    id: 'ESP002',
    finds: 'str.partition() and rpartition() are not there',
    instead: 'split(sep, 1) or rsplit(sep, 1)',
    search: method('partition', 'rpartition'),
  },
  {
    id: 'ESP003',
    finds: 'str.splitlines() is not there',
    instead: "split('\\n')",
    search: method('splitlines'),
  },
  {
    id: 'ESP004',
    finds: 'str.center(), ljust(), rjust() and zfill() are not there',
    instead: "format: '%-8s', '%8s', '%08d'",
    search: method('center', 'ljust', 'rjust', 'zfill'),
  },
  {
    id: 'ESP005',
    finds: 'complex numbers are not there',
    instead: 'two numbers',
    search: anyOf(builtin('complex'), imaginary),
  },
  {
    id: 'ESP008',
    finds: 'compile() is not there',
    instead: 'exec() or eval() on the text itself, or an import',
    search: calling('compile'),
  },
  {
    id: 'ESP009',
    finds: '__file__ is not there',
    instead: 'the path itself',
    search: builtin('__file__'),
  },
  {
    id: 'ESP011',
    finds: 'nothing runs a coroutine without asyncio',
    instead: 'a generator (yield) or a state machine',
    search: coroutine,
  },
  {
    id: 'ESP016',
    finds: 'a moment in a float loses minutes: floats have 30 bits',
    instead: 'integers: // in place of /, and no factor with a point',
    search: epochInFloat,
  },
  {
    id: 'ESP017',
    finds: 'a float above 2^30 is not exact: floats have 30 bits',
    instead: 'an integer',
    search: largeFloat,
  },
  {
    id: 'ESP018',
    finds: 'time counts from 2000 here, this number from 1970',
    instead: 'the number less 946684800, or compare time.gmtime(0)[0] first',
    search: unixMoment,
  },
  {
    id: 'ESP021',
    finds: 'bytes.hex() and fromhex() are not there before 1.20, nor on every board later',
    instead: 'binascii.hexlify() and unhexlify()',
    search: method('hex', 'fromhex'),
  },
  {
    id: 'ESP024',
    finds: '!r, !s and !a in an f-string do not compile before MicroPython 1.22',
    instead: '{repr(x)} or {str(x)}',
    severity: 'syntax',
    search: conversion,
  },
  {
    id: 'ESP027',
    finds: 'open() knows neither newline= nor errors=',
    instead: "mode 'rb' and decode() where it matters",
    search: calling('open', hasKeyword('newline', 'errors', 'closefd', 'opener')),
  },
  {
    id: 'ESP028',
    finds: 'this string method is not there',
    instead: 'lower(), upper(), replace(), startswith() and slices',
    search: method(
      ...[
        'capitalize',
        'casefold',
        'expandtabs',
        'format_map',
        'isalnum',
        'isdecimal',
        'isidentifier',
        'isnumeric',
      ],
      ...[
        'isprintable',
        'istitle',
        'maketrans',
        'removeprefix',
        'removesuffix',
        'swapcase',
        'title',
        'translate',
      ],
    ),
  },
  {
    id: 'ESP030',
    finds: 'print() knows no flush=',
    instead: 'print() alone: output is never held back',
    search: calling('print', hasKeyword('flush')),
  },
  {
    id: 'ESP032',
    finds: 'int.bit_length() is not there',
    instead: 'count the shifts, or len(bin(n)) - 2',
    search: method('bit_length', 'bit_count'),
  },
  {
    id: 'ESP033',
    finds: 'text %= (a, b) raises TypeError before MicroPython 1.20',
    instead: 'text = text % (a, b)',
    search: formatInPlace,
  },
];
