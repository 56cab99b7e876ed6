import fc from 'fast-check';
import t from 'tap';
import { checkPath, checkPaths, comparePaths } from '../../server/signing/paths.js';
import { codeOf } from '../throws-code.js';
import { pathVectors } from '../vectors.js';

t.test('S1.16: each path by itself, as in the vectors', async (t) => {
  for (const { path, code } of pathVectors()) {
    t.equal(
      codeOf(() => checkPath(path)),
      code,
      JSON.stringify(path),
    );
  }
});

t.test('no character outside the list passes', async (t) => {
  const allowed = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+@~(),/');
  for (let code = 0; code < 0x250; code++) {
    const char = String.fromCharCode(code);
    const want = allowed.has(char) ? 'ok' : 'path_invalid';
    if (codeOf(() => checkPath(`a${char}b`)) !== want) t.fail(`character ${code}`);
  }
});

t.test('whatever passes stays inside the folder it is joined to', async () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('.', '/', 'a', '\\', '\0', '~'), maxLength: 12 }),
      (path) => {
        if (codeOf(() => checkPath(path)) !== 'ok') return true;
        const { pathname } = new URL(path, 'http://h/room/');
        return pathname === `/room/${path}`;
      },
    ),
    { numRuns: 2000 },
  );
});

const SETS: [string, string[], string][] = [
  ['different names', ['a.py', 'b.py', 'net/a.py'], 'ok'],
  ['the same path twice', ['a.py', 'a.py'], 'manifest_invalid'],
  ['twins but for case', ['Main.py', 'main.py'], 'path_case'],
  ['twins but for case of a folder', ['net/a.py', 'NET/a.py'], 'path_case'],
  ['source beside its compilation', ['x.py', 'x.mpy'], 'source_twin'],
  ['the same in a folder, the other way round', ['p/x.mpy', 'p/x.py'], 'source_twin'],
  ['the same but for case', ['X.py', 'x.mpy'], 'source_twin'],
  ['names that only look like twins', ['x.py', 'y.mpy', 'x.mpy.txt', 'p/x.mpy'], 'ok'],
  ['a file that is a folder too', ['net', 'net/a.py'], 'path_invalid'],
  ['the same, the other way round', ['net/a/b.py', 'net/a'], 'path_invalid'],
  ['the same but for case', ['Net', 'net/a.py'], 'path_invalid'],
  ['a name that begins like a folder', ['net', 'network/a.py'], 'ok'],
  ['one that is bad by itself', ['a.py', 'data/x'], 'path_reserved'],
];

t.test('paths of one manifest together', async (t) => {
  for (const [name, paths, code] of SETS) {
    t.equal(
      codeOf(() => checkPaths(paths)),
      code,
      name,
    );
  }
});

t.test('errors show control characters instead of sending them to a terminal', async (t) => {
  t.throws(() => checkPath('a\x1b[31m'), { message: /"a\\u001b\[31m"/ });
});

t.test('paths are ordered by their bytes', async (t) => {
  t.same(['b', 'a/b', 'a.b', 'a', 'Z', 'a-'].toSorted(comparePaths), ['Z', 'a', 'a-', 'a.b', 'a/b', 'b']);
});
