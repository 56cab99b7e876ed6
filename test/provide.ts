/** First step of `npm test`: says which programs are not here and what for, fetches them, or says what to type. */
import { byHand, missing, PROGRAMS, type ProgramName, UNPACKED } from './programs.js';
import { unpack } from './unpack.js';

type Say = (text: string) => void;
/** Where packages come from, and what is still missing. */
export interface Source {
  fetch(packages: readonly string[], say: Say): Promise<void>;
  missing(): Promise<readonly ProgramName[]>;
}

const DEBIAN: Source = { fetch: unpack, missing };

const announcement = (names: readonly ProgramName[], line: string): string =>
  `The tests work with real programs, and these are not here:
${names.map((name) => `  ${name}: ${PROGRAMS[name].purpose}\n`).join('')}Their Debian packages are fetched and unpacked into ${UNPACKED}; nothing is installed, and no root is needed.
Whoever would rather install them ends this now and types: ${line}
`;

/** False when they are not here and cannot be had; then it has said what to type. */
export async function provide(say: Say, source = DEBIAN): Promise<boolean> {
  const names = await source.missing();
  if (names.length === 0) return true;
  const packages = [...new Set(names.map((name) => PROGRAMS[name].package))];
  say(announcement(names, byHand(packages)));
  const error = await source.fetch(packages, say).catch((cause: Error) => cause);
  const still = await source.missing();
  if (still.length === 0) return true;
  const why = error ? `${error.message.trim()}\n` : '';
  say(`${why}The tests cannot run without ${still.join(' and ')}. Type this first:\n  ${byHand(packages)}\n`);
  return false;
}
