/** A program with the update client that never confirms: its first update would be undone, and nobody would say why. */
import type { Finding } from '../finding.js';
import { createLocator } from '../positions.js';
import { type Code, readCode } from './code.js';
import { readSuppressions } from './suppressions.js';

const CLIENT = /^(?:ota|rescue)\/|^(?:boot|net)\.py$/;
const RULE = 'OTA001';
const MESSAGE =
  'No code calls ota.confirm(): boards would roll back every update after two boots; ' +
  'write instead: ota.confirm() as soon as the program is up';

/** @param sources path → text */
export function unconfirmed(sources: ReadonlyMap<string, string>): Finding[] {
  const own = [...sources].filter(([path]) => !CLIENT.test(path));
  if (own.some(([, source]) => /\bconfirm\b/.test(source) && confirms(readCode(source)))) return [];
  return own
    .filter(([, source]) => /\bota\b/.test(source))
    .flatMap(([file, source]) => usesClient(file, source))
    .slice(0, 1);
}

/** `ota.confirm()`, `confirm()` from ota, or the same of the watch that stands behind it. */
function confirms({ tokens, members }: Code): boolean {
  return tokens.some(
    ({ text }, i) =>
      tokens[i + 1]?.text === '(' &&
      ((text === 'confirm' && tokens[i - 1]?.text === '.') || members.get(text) === 'ota.confirm'),
  );
}

function usesClient(file: string, source: string): Finding[] {
  const { imports, comments } = readCode(source);
  const used = imports.find(({ module }) => module === 'ota');
  if (used === undefined) return [];
  const locate = createLocator(source);
  const place = locate(used.token.at);
  if (
    readSuppressions(comments, (at) => locate(at).line)
      .get(place.line)
      ?.includes(RULE)
  )
    return [];
  return [{ file, ...place, rule: RULE, severity: 'warning', message: MESSAGE }];
}
