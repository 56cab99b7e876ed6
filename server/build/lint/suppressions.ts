import type { Token } from './tokens.js';

const ALLOW = /#\s*ota:\s*allow\s+([A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)/;

/**
 * Line → rules that a comment on it switches off: `# ota: allow ESP003` or several, `# ota: allow ESP003,
 * F401`.
 */
export function readSuppressions(
  comments: readonly Token[],
  lineOf: (at: number) => number,
): Map<number, string[]> {
  const allowed = new Map<number, string[]>();
  for (const { text, at } of comments) {
    const rules = ALLOW.exec(text)?.[1]?.split(/[\s,]+/);
    if (rules !== undefined) allowed.set(lineOf(at), rules);
  }
  return allowed;
}
