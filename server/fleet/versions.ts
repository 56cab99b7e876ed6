/** MicroPython versions: 1.9 is older than 1.19, and 1.19 is the same as 1.19.0. */

/** Below 0 when `a` is the older one. What follows the digits (-preview, -dirty) does not count. */
export function compareVersions(a: string, b: string): number {
  return rankOf(a) - rankOf(b);
}

/** A fleet has few versions; strangers can name any number of others. */
const MAX_RANKS = 1000;
const ranks = new Map<string, number>();

function rankOf(version: string): number {
  const known = ranks.get(version);
  if (known !== undefined) return known;
  if (ranks.size >= MAX_RANKS) ranks.clear();
  const found = rank(version);
  ranks.set(version, found);
  return found;
}

/** What is no version at all is not held against the device: it knows its own rule and checks it as well. */
function rank(version: string): number {
  const [major = '', minor = '', patch = '0'] = version.split('.', 3);
  const number = whole(major) * 1e6 + whole(minor) * 1e3 + whole(patch);
  return Number.isNaN(number) ? Number.MAX_VALUE : number;
}

function whole(text: string): number {
  return Number.parseInt(text.startsWith('v') ? text.slice(1) : text, 10);
}
