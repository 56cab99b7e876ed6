/** MicroPython versions: 1.9 is older than 1.19, and 1.19 is the same as 1.19.0. */

/** Below 0 when `a` is the older one. What follows the digits (-preview, -dirty) does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const difference = left.map((number, i) => number - (right[i] ?? 0)).find((step) => step !== 0);
  return difference ?? 0;
}

function numbersOf(version: string): number[] {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  // What is no version at all is not held against the device: it knows its own rule and checks it as well.
  if (major === undefined) return [Infinity, Infinity, Infinity];
  return [Number(major), Number(minor), Number(patch ?? 0)];
}
