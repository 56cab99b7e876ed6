/** What MicroPython's compiler reads in its own way: code of other machines in the clothes of Python. */
import type { Code } from './code.js';
import { textAt } from './matchers.js';
import type { Token } from './tokens.js';

/** Functions whose bodies are instructions: their names are no names of Python. */
const ASSEMBLED = /^(?:micropython\.)?asm_\w+$|^(?:rp2\.)?asm_pio$/;
/** Decorators that need no import: the compiler knows them by name. */
const BUILT_IN = /^micropython\.(?:native|viper|bytecode|asm_\w+)$/;

export interface Lines {
  readonly from: number;
  readonly until: number;
}

type Locate = (at: number) => { readonly line: number; readonly column: number };

/** The lines of assembler, from the decorator to the end of the function. */
export function assembledLines({ tokens }: Code, locate: Locate): Lines[] {
  const first = tokens.filter((token, i) => token.kind !== 'end' && (tokens[i - 1]?.kind ?? 'end') === 'end');
  const places = first.map((token) => ({ token, ...locate(token.at) }));
  const last = locate(tokens.at(-1)?.at ?? 0).line;
  return decorators(tokens, ASSEMBLED).map((at) => {
    const from = locate(at.at).line;
    const def = places.find(({ token, line }) => line > from && token.text !== '@');
    const next = places.find(({ line, column }) => line > (def?.line ?? 0) && column <= (def?.column ?? 0));
    return { from, until: next === undefined ? last : next.line - 1 };
  });
}

/** Offsets of `micropython` where it needs no import. */
export function builtInDecorators({ tokens }: Code): Set<number> {
  return new Set(
    decorators(tokens, BUILT_IN).map((token) => (tokens[tokens.indexOf(token) + 1] ?? token).at),
  );
}

/** The `@` of each decorator whose dotted name fits. */
function decorators(tokens: readonly Token[], name: RegExp): Token[] {
  return tokens.filter(
    ({ text }, i) =>
      text === '@' && (tokens[i - 1]?.kind ?? 'end') === 'end' && name.test(dottedName(tokens, i + 1)),
  );
}

function dottedName(tokens: readonly Token[], i: number): string {
  const name = textAt(tokens, i);
  return textAt(tokens, i + 1) === '.' ? `${name}.${dottedName(tokens, i + 2)}` : name;
}
