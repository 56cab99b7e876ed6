import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { madeTree, writeMadeTree } from '../../made-tree.js';
import { build, bytesOf, compiler, pathsOf } from './building.js';

t.teardown(() => compiler.close());

interface Vm {
  readonly FS: { mkdir(path: string): void; writeFile(path: string, bytes: Buffer): void };
  readonly globals: { get(name: string): unknown };
  runPython(code: string): void;
}

/** The package comes without types. */
async function loadVm(): Promise<Vm> {
  const name: string = '@micropython/micropython-webassembly-pyscript';
  const { loadMicroPython } = await import(name);
  return loadMicroPython();
}

const DEVICE = {
  'boot.py': 'print("guard")\n',
  'main.py': 'import net.wifi\n',
  'util.py': 'def double(x):\n    return 2 * x\n',
  'favicon.ico': Buffer.from([0, 0, 1, 0, 13, 10]),
  net: { 'wifi.py': 'from util import double\nVALUE = double(21)\n', '__init__.py': '' },
  plug: { pages: { 'menu.html': '<p>menu</p>\n', 'web.css': 'p { color: red }\n' } },
};

t.test('S1.1 S1.8 sources become .mpy of each version', async (t) => {
  const { sets } = await build(t.testdir({ device: DEVICE }));
  t.strictSame(
    sets.map(({ abi }) => abi),
    [6, 5],
  );
  for (const set of sets) {
    const heads = set.files
      .filter(({ path }) => path.endsWith('.mpy'))
      .map(({ bytes }) => [bytes[0], bytes[1]]);
    t.strictSame(heads, Array(3).fill([0x4d, set.abi]), `version ${set.abi}`);
  }
});

t.test(
  'S1.2 S1.6 main.py stays source, boot.py is the guard, the rest is copied, folders are kept',
  async (t) => {
    const { sets, guard } = await build(t.testdir({ device: DEVICE }));
    t.strictSame(pathsOf(sets[0]), [
      'favicon.ico',
      'main.py',
      'net/__init__.mpy',
      'net/wifi.mpy',
      'plug/pages/menu.html',
      'plug/pages/web.css',
      'util.mpy',
    ]);
    t.strictSame(
      guard.map(({ path, bytes }) => [path, bytes.toString()]),
      [['boot.py', DEVICE['boot.py']]],
    );
    t.equal(bytesOf(sets[0], 'main.py').toString(), DEVICE['main.py']);
    t.strictSame(bytesOf(sets[0], 'favicon.ico'), DEVICE['favicon.ico'], 'a binary file keeps its bytes');
  },
);

t.test('S1.1 the compiled files import in the real VM', async (t) => {
  const { sets } = await build(t.testdir({ device: DEVICE }));
  const vm = await loadVm();
  vm.FS.mkdir('/flash');
  vm.FS.mkdir('/flash/net');
  for (const { path, bytes } of sets[0]?.files ?? []) {
    if (path.endsWith('.mpy')) vm.FS.writeFile(`/flash/${path}`, bytes);
  }
  vm.runPython('import sys\nsys.path.append("/flash")\nimport net.wifi\nvalue = net.wifi.VALUE');
  t.equal(vm.globals.get('value'), 42);
});

t.test('S1.4 no path of the host is in a .mpy, and an assert is kept', async (t) => {
  const device = { net: { 'deep.py': 'def f(x):\n    assert x, "kept"\n' } };
  const folder = t.testdir({ device });
  const { sets } = await build(folder);
  for (const set of sets) {
    const bytes = bytesOf(set, 'net/deep.mpy');
    t.ok(bytes.includes('deep.py'), 'the bare name, for tracebacks');
    t.notOk(bytes.includes('net/'));
    t.notOk(bytes.includes(folder));
    t.ok(bytes.includes('kept'));
  }
});

t.test('left out: hidden files, what editors and Python leave, and .otaignore', async (t) => {
  const device = {
    '.otaignore': 'notes/\n*.bak\n!keep.bak\n',
    '.hidden': '',
    '.git': { config: '' },
    '.#lock.py': '',
    '#auto#': '',
    'x.py~': '',
    '.x.py.swp': '',
    'x.swp': '',
    '4913': '',
    __pycache__: { 'x.pyc': '' },
    notes: { 'todo.txt': '' },
    'old.bak': '',
    'keep.bak': '',
    'x.py': '',
    'x.py___jb_old___': '',
    'x.py___jb_tmp___': '',
    'x.py.orig': '',
    'x.py.rej': '',
    'x_BACKUP_4711.py': 'def (',
    'x_REMOTE_4711.py': '<<<<<<<',
    'x.pyc': '',
    'x.sync-conflict-20261121-101112-ABCDEFG.py': '',
    "x (Ann's conflicted copy 2026-11-21).py": '',
    'Thumbs.db': '',
    '~$page.html': '',
  };
  const { sets } = await build(t.testdir({ device }));
  t.strictSame(pathsOf(sets[0]), ['keep.bak', 'x.mpy']);
});

t.test('an ignore file with a byte order mark, as editors of Windows write it', async (t) => {
  const device = { '.otaignore': '\uFEFFnotes.txt\r\n*.md\r\n', 'notes.txt': '', 'x.md': '', 'x.py': '' };
  const { sets } = await build(t.testdir({ device }));
  t.strictSame(pathsOf(sets[0]), ['x.mpy']);
});

t.test('links inside the folder are followed', async (t) => {
  const device = {
    'a.py': 'A = 1\n',
    'b.py': t.fixture('symlink', 'a.py'),
    lib: { 'c.txt': 'c' },
    other: t.fixture('symlink', 'lib'),
  };
  const { sets } = await build(t.testdir({ device }));
  t.strictSame(pathsOf(sets[0]), ['a.mpy', 'b.mpy', 'lib/c.txt', 'other/c.txt']);
});

t.test('a set is sorted by the names on the device, not by those of the sources', async (t) => {
  const { sets } = await build(t.testdir({ device: { 'a.py': '', 'a.nx': '', 'a.pz': '' } }));
  t.strictSame(pathsOf(sets[0]), ['a.mpy', 'a.nx', 'a.pz']);
});

t.test('an empty file is a file', async (t) => {
  const { sets } = await build(t.testdir({ device: { 'empty.py': '', 'empty.txt': '' } }));
  t.strictSame(pathsOf(sets[0]), ['empty.mpy', 'empty.txt']);
  t.equal(bytesOf(sets[0], 'empty.txt').length, 0);
});

t.test('S1.8 a file that version 5 cannot compile drops that version, with a warning', async (t) => {
  const folder = t.testdir({ device: { net: { 'new.py': 'x = 1\ny = f"{x}"\n' }, 'x.py': '' } });
  const first = await build(folder);
  t.strictSame(pathsOf(first.sets[0]), ['net/new.mpy', 'x.mpy']);
  t.equal(first.sets.length, 1);
  t.match(first.warnings, [
    { file: /device\/net\/new.py$/, line: 2, column: 1, message: /version 5: SyntaxError/ },
  ]);
  t.equal(first.warnings.length, 1);
  const second = await build(folder);
  t.equal(second.compiled, 0, 'a refusal is remembered too');
  t.strictSame(second.warnings, first.warnings);
});

t.test('a .mpy of the user goes to the boards that it fits', async (t) => {
  const { sets } = await build(t.testdir({ device: { 'x.py': 'X = 1\n' } }));
  const device = { 'six.mpy': bytesOf(sets[0], 'x.mpy') };
  const again = await build(t.testdir({ device }));
  t.strictSame(pathsOf(again.sets[0]), ['six.mpy']);
  t.match(again.warnings, [{ file: /device\/six.mpy$/, message: /six.mpy: .mpy version 6, but version 5/ }]);
});

t.test('native code in a source that the board compiles itself is fine', async (t) => {
  const device = { 'main.py': 'import micropython\n@micropython.native\ndef f():\n    return 1\n' };
  const { sets } = await build(t.testdir({ device }));
  t.strictSame(pathsOf(sets[1]), ['main.py']);
});

t.test('S1.5 nothing is compiled twice, and a change compiles one file', async (t) => {
  const folder = t.testdir();
  await writeMadeTree(join(folder, 'device'));
  const python = [...madeTree().keys()].filter((path) => path.endsWith('.py')).length;
  const cold = await build(folder);
  t.match(cold, { compiled: 2 * python, remembered: 0 });
  const warm = await build(folder);
  t.match(warm, { compiled: 0, remembered: 2 * python });
  t.strictSame(warm.sets, cold.sets);
  await writeFile(join(folder, 'device', 'main.py'), 'print(1)\n');
  t.match(await build(folder), { compiled: 2, remembered: 2 * python - 2 });
  await rename(join(folder, 'device', 'net'), join(folder, 'device', 'moved'));
  t.match(await build(folder), { compiled: 0 }, 'a moved file has the same bare name');
});

t.test('a line "# ota: -O3" in a source leaves line numbers and asserts out of this file', async (t) => {
  const code = 'def f(x):\n    assert x, "kept"\n    return x\n';
  const { sets } = await build(t.testdir({ device: { 'x.py': code, 'y.py': `# ota: -O3\n${code}` } }));
  t.ok(bytesOf(sets[0], 'x.mpy').includes('kept'));
  t.notOk(bytesOf(sets[0], 'y.mpy').includes('kept'));
});
