/** A line `# ota: -O3` of its own in a source: this file is compiled with that level. */
const LEVEL = /^# ota: (-O[0-3])\r?$/m;

/**
 * The compiler flags that a source asks for. -O3 leaves out asserts and the line numbers of tracebacks,
 * which are
 * 6 % of a file: worth it for code whose errors are reported by code and not by traceback, as the update
 * client's.
 */
export function pragmaFlags(source: Buffer): string[] {
  const [, level] = LEVEL.exec(source.toString('utf8')) ?? [];
  return level === undefined ? [] : [level];
}
