import type { AbiSet, Warning } from '../build/compile/build-tree.js';

/** What boards cannot do without, and what happens then. A set may be made for that, so it is only warned of. */
const NEEDED: readonly (readonly [file: string, message: string])[] = [
  ['main.py', 'The set has none: a board would start no program, and undo the release.'],
  [
    'ota/client',
    'The set has no update client, so a board with it asks for no further one. Copy ota/ and net.py from the folder device/ of soft-ota.',
  ],
];

/** What the newest set lacks to run and to be updated. */
export function missingRequiredFiles(sets: readonly AbiSet[]): Warning[] {
  const paths = sets[0]?.files.map(({ path }) => path) ?? [];
  const isThere = (file: string): boolean => paths.some((path) => path.replace(/\.mpy$/, '') === file);
  return NEEDED.filter(([file]) => !isThere(file)).map(([file, message]) => ({ file, message }));
}
