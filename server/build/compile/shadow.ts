/** Names that a set may not bring: MicroPython would load them in place of what guard and client import. */
import { SoftOtaError } from '../../errors.js';

/**
 * What boot.py, the guard, ota/ and net.py import from the firmware, and what they keep in sys.modules.
 * test/build/compile/shadow.test.ts compares the table with their sources.
 */
export const FIRMWARE_MODULES: readonly string[] = [
  ...[
    'binascii',
    'gc',
    'hashlib',
    'io',
    'json',
    'machine',
    'network',
    'os',
    'select',
    'socket',
    'sys',
    'time',
  ],
  // Not imported today; nobody's own module is called so, and a later client may need them.
  ...['errno', 'micropython'],
];
/** The guard's own module, and the watch over a release on trial. */
export const GUARD_MODULES: readonly string[] = ['guard', '_watch'];

const TAKEN = new Map<string, string>([
  ...FIRMWARE_MODULES.flatMap((name): [string, string][] => [
    [name, name],
    [`u${name}`, name],
  ]),
  ...GUARD_MODULES.map((name): [string, string] => [name, name]),
]);

/**
 * Refuses modules and packages on sys.path (the root and lib/) that hide a module which guard or client import: a board with
 * `hashlib.py` never updates again. A folder hides as well as a file does, and FAT ignores case.
 * @param paths as they lie in the device folder
 * @throws SoftOtaError path_shadow
 */
export function checkShadows(paths: Iterable<string>, placeOf: (path: string) => string): void {
  for (const path of paths) {
    const hidden = TAKEN.get(moduleOnPath(path).toLowerCase());
    if (hidden === undefined) continue;
    const sentence = `the boards would load this in place of "${hidden}", which guard and update client need`;
    throw new SoftOtaError('path_shadow', `${placeOf(path)}: ${sentence}`);
  }
}

/** The module that a path brings to `import`, empty when it brings none: `os.py`, `os.mpy`, `os/x.txt`, `lib/os.py`. */
function moduleOnPath(path: string): string {
  const segments = path.split('/');
  const [first = '', ...rest] = segments[0]?.toLowerCase() === 'lib' ? segments.slice(1) : segments;
  return rest.length > 0 ? first : (/^(.*)\.m?py$/i.exec(first)?.[1] ?? '');
}
