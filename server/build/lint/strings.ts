/** An expression in an f-string, with the `!r` behind it if there is one. */
export interface Field {
  readonly from: number;
  readonly until: number;
  readonly conversion: { readonly text: string; readonly at: number } | undefined;
}

export interface ScannedString {
  /** Offset behind the closing quote; of the line end or `limit` where that is missing. */
  readonly end: number;
  /** Empty for anything but an f-string. */
  readonly fields: readonly Field[];
}

const OPENING = '([{';
const CLOSING = ')]}';

/** Reads the string that opens at `at` with `start`: its prefix letters and quotes. */
export function scanString(source: string, at: number, start: string, limit: number): ScannedString {
  const quotes = start.replace(/^[A-Za-z]+/, '');
  const from = at + start.length;
  const until = findQuotes(source, from, quotes, limit);
  const isFormat = start.slice(0, -quotes.length).toLowerCase().includes('f');
  const fields = isFormat ? readFields(source, from, until) : [];
  return { end: Math.min(until + quotes.length, limit), fields };
}

/**
 * MicroPython, like Python before 3.12, ends an f-string at the first such quotes, also inside an
 * expression.
 */
function findQuotes(source: string, from: number, quotes: string, limit: number): number {
  for (let i = from; i < limit; i += 1) {
    if (source[i] === '\\') i += 1;
    else if (source.startsWith(quotes, i)) return i;
    else if (source[i] === '\n' && quotes.length === 1) return i;
  }
  return limit;
}

function readFields(source: string, from: number, until: number): Field[] {
  const fields: Field[] = [];
  for (let i = from; i < until; i += 1) {
    if (source[i] !== '{') continue;
    if (source[i + 1] === '{') {
      i += 1;
      continue;
    }
    const field = readField(source, i + 1, until);
    fields.push(field);
    // The format spec is read as more text: a `{` in it opens a field of its own.
    i = field.until;
  }
  return fields;
}

/** From behind a `{` to the `}`, `:` or `!` at its own depth. */
function readField(source: string, from: number, until: number): Field {
  let depth = 0;
  let i = from;
  for (; i < until; i += 1) {
    const char = source[i] ?? '';
    if (depth === 0 && endsField(source, i)) break;
    if (OPENING.includes(char)) depth += 1;
    if (CLOSING.includes(char)) depth -= 1;
  }
  const converted = source[i] === '!';
  return { from, until: i, conversion: converted ? { text: source.slice(i, i + 2), at: i } : undefined };
}

function endsField(source: string, i: number): boolean {
  const char = source[i];
  return char === '}' || char === ':' || (char === '!' && source[i + 1] !== '=');
}
