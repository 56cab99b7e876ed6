export interface Position {
  /** Both count from 1; the column counts characters, not bytes. */
  readonly line: number;
  readonly column: number;
}

/** Finds the line and column of an offset in `source`. */
export function createLocator(source: string): (at: number) => Position {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (at) => {
    const line = starts.filter((start) => start <= at).length;
    const before = source.slice(starts[line - 1] ?? 0, at);
    return { line, column: [...before].length + 1 };
  };
}

/** Where the text of a line begins, for a compiler that names the line alone. */
export function indentation(source: string, line: number): Position {
  const text = source.split('\n')[line - 1] ?? '';
  return { line, column: Math.max(0, text.search(/\S/)) + 1 };
}

/** The offset where the text of the longest line begins. */
export function longestLine(source: string): number {
  let [at, best, most] = [0, 0, 0];
  for (const line of source.split('\n')) {
    if (line.length > most) [best, most] = [at + Math.max(0, line.search(/\S/)), line.length];
    at += line.length + 1;
  }
  return best;
}
