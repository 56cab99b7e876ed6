/** What a board says of its end, in the names of the sources. Pure. */
import type { NameMap } from './names.js';

/** Where MicroPython's tracebacks and errors show a name: "in turn", "'House' object has no attribute 'turn'". */
const SHOWN: readonly RegExp[] = [
  /(?<=\bline \d+, in )(\w+)/g,
  /(?<=\b(?:(?:attribute|name|argument) '|import name '?))(\w+)/g,
  /(?<=')(\w+)(?=' object)/g,
];

/** @param names what was renamed in the set; the words of another program are its own */
export function inSourceNames(text: string, names: NameMap): string {
  if (names.size === 0) return text;
  const sources = new Map([...names].map(([name, word]) => [word, name]));
  return SHOWN.reduce((said, pattern) => said.replace(pattern, (word) => sources.get(word) ?? word), text);
}
