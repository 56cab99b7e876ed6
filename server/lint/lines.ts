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
