/** A release must not bring what hides a module from guard and client: on a real board that is for ever. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { FIRMWARE_MODULES, GUARD_MODULES } from '../../../server/build/compile/shadow.js';
import { build, compiler, failure, pathsOf } from './building.js';

t.teardown(() => compiler.close());

const DEVICE = fileURLToPath(new URL('../../../../device/', import.meta.url));
const CLIENT = readdirSync(join(DEVICE, 'ota')).filter((name) => name.endsWith('.py'));
const SOURCES = ['boot.py', 'rescue/guard.py', 'net.py', ...CLIENT.map((name) => `ota/${name}`)];
/** They come with the set, or the set would have no client. */
const OWN = new Set(['ota', 'net']);

/** Modules that a source imports, at its top or inside a function, and those that it looks for in sys.modules. */
function wanted(source: string): string[] {
  const imported = source.matchAll(/^[ \t]*(?:from|import)[ \t]+(\w+(?:[ \t]*,[ \t]*\w+)*)/gm);
  const kept = source.matchAll(/"(\w+)" (?:not )?in sys\.modules|sys\.modules(?:\.pop\(|\[)"(\w+)"/g);
  const names = [...imported].flatMap(([, list = '']) => list.split(','));
  return [...names, ...[...kept].map(([, a, b]) => a ?? b ?? '')].map((name) => name.trim());
}

t.test('R6 the table has every module that guard and client import', async (t) => {
  const found = SOURCES.flatMap((path) => wanted(readFileSync(join(DEVICE, path), 'utf8')));
  const foreign = new Set(found.filter((name) => !OWN.has(name)));
  t.ok(foreign.size > 10, [...foreign].join(' '));
  const known = new Set([...FIRMWARE_MODULES, ...GUARD_MODULES]);
  t.strictSame(
    [...foreign].filter((name) => !known.has(name)),
    [],
    'add them to server/build/compile/shadow.ts',
  );
});

const REFUSED: Record<string, Parameters<typeof failure>[1]> = {
  'hashlib.py': { 'hashlib.py': '' },
  'os.mpy': { 'os.mpy': Buffer.from([0x4d, 6, 0, 31, 0]) },
  'io/notes.txt': { io: { 'notes.txt': '' } },
  'time/__init__.py': { time: { '__init__.py': '' } },
  'OS.py': { 'OS.py': '' },
  'usocket.py': { 'usocket.py': '' },
  'lib/json.py': { lib: { 'json.py': '' } },
  'Lib/select/x.py': { Lib: { select: { 'x.py': '' } } },
  'guard.py': { 'guard.py': '' },
  '_watch.py': { '_watch.py': '' },
};

for (const [path, device] of Object.entries(REFUSED)) {
  t.test(`R6 ${path} is refused`, async (t) => {
    const { code, message, hint } = await failure(t, device);
    t.match(
      { code, message },
      { code: 'path_shadow', message: new RegExp(`device/${path}: .*in place of "`) },
    );
    t.match(hint, /Rename/);
  });
}

t.test('names that hide nothing are fine, the guard among them', async (t) => {
  const device = {
    'boot.py': '',
    rescue: { 'guard.py': '' },
    plug: { 'time.py': '', io: { 'x.txt': '' } },
    lib: { plug: { 'os.py': '' } },
    'os.txt': '',
    'json.json': '{}',
    'random.py': '',
    'timer.py': '',
    'lib.py': '',
    'gc.css': '',
  };
  const { sets } = await build(t.testdir({ device }), { abis: [6] });
  t.equal(pathsOf(sets[0]).length, 9);
});
