import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { openCompiler } from '../../server/compile/compiler.js';
import { SoftOtaError } from '../../server/errors.js';
import { build, compiler, failure } from './building.js';

t.teardown(() => compiler.close());

t.test('S1.3 a syntax error names file and line in the words of the compiler', async (t) => {
  const error = await failure(t, { net: { 'wifi.py': 'x = 1\n\ndef f(:\n    pass\n' } });
  t.match(error, { code: 'source_syntax', message: 'net/wifi.py:3: SyntaxError: invalid syntax' });
});

t.test('S1.3 sources that stay source are checked too', async (t) => {
  const main = await failure(t, { 'main.py': 'return 1\n' });
  t.match(main, { code: 'source_syntax', message: "main.py:1: SyntaxError: 'return' outside function" });
  const guard = await failure(t, { 'boot.py': 'x = (\n', 'main.py': '' });
  t.match(guard, { code: 'source_syntax', message: /^boot.py:\d+: SyntaxError/ });
});

t.test('a syntax error brings the findings of the inspection along', async (t) => {
  const inspect = async () => {
    throw new SoftOtaError('lint_failed', 'x.py:1:6 ESP024 write repr()');
  };
  const error = await failure(t, { 'x.py': 'y = f"{x!r}"\n' }, { inspect });
  t.match(error, { code: 'source_syntax', message: /^x.py:1: SyntaxError.*\nx.py:1:6 ESP024/ });
  t.match(await failure(t, { 'x.py': 'y = 1\n' }, { inspect }), { code: 'lint_failed' });
});

t.test('a source that is not UTF-8', async (t) => {
  const bytes = Buffer.concat([Buffer.from('# ok é\nx = "'), Buffer.from([0xe9]), Buffer.from('"\n')]);
  const error = await failure(t, { 'latin.py': bytes });
  t.match(error, { code: 'source_encoding', message: 'latin.py:2: not UTF-8 at byte 13' });
  const cut = await failure(t, { 'cut.py': Buffer.from([0x23, 0xc3]) });
  t.match(cut, { code: 'source_encoding', message: 'cut.py:1: not UTF-8 at byte 1' });
});

t.test('twins', async (t) => {
  t.match(await failure(t, { 'foo.py': '', 'foo.mpy': '' }), { code: 'source_twin', message: /foo\.py/ });
  t.match(await failure(t, { 'Foo.txt': '', 'foo.txt': '' }), { code: 'path_case', message: /foo\.txt/ });
});

t.test('S1.16 paths that no device takes', async (t) => {
  t.match(await failure(t, { [`${'x'.repeat(58)}.txt`]: '' }), { code: 'path_invalid', message: /xxx\.txt/ });
  t.match(await failure(t, { [`${'x'.repeat(57)}.py`]: '' }), { code: 'path_invalid' }, 'too long as .mpy');
  t.match(await failure(t, { 'a\nb.txt': '' }), { code: 'path_invalid', message: /a\\nb\.txt/ });
  t.match(await failure(t, { 'a\\..\\b.txt': '' }), { code: 'path_invalid' });
  t.match(await failure(t, { data: { 'x.txt': '' } }), { code: 'path_reserved', message: /data\/x\.txt/ });
  t.match(await failure(t, { rescue: { 'x.py': '' } }), { code: 'path_reserved' });
  t.match(await failure(t, { 'Boot.py': '' }), { code: 'path_reserved' });
  t.match(await failure(t, { 'main.py': '', 'boot.mpy': '' }), {
    code: 'path_reserved',
    message: /boot\.mpy/,
  });
  t.match(await failure(t, { 'update.': { journal: '' } }), { code: 'path_invalid', message: /a dot/ });
  t.match(await failure(t, { 'boot.py.': '' }), { code: 'path_invalid' });
});

t.test('links that lead out, nowhere or in a circle', async (t) => {
  const link = (target: string) => t.fixture('symlink', target);
  const out = await failure(t, { 'x.py': link('../../../../package.json') });
  t.match(out, { code: 'source_symlink', message: 'x.py is a link that leads out of the folder' });
  t.match(await failure(t, { lib: link('/etc') }), { code: 'source_symlink', message: /^lib / });
  t.match(await failure(t, { 'x.py': link('gone.py') }), { code: 'source_symlink', message: /nowhere/ });
  t.match(await failure(t, { lib: { again: link('..') } }), {
    code: 'source_symlink',
    message: /^lib\/again /,
  });
  t.match(await failure(t, { me: link('me') }), { code: 'source_symlink' });
});

t.test('of several faults the first by path is named', async (t) => {
  const device = { 'c.py': 'c (\n', 'b.py': 'b c\n', 'd.py': 'd (\n' };
  t.match(await failure(t, device), { code: 'source_syntax', message: /^b.py:1: / });
});

t.test('a pipe is no source', async (t) => {
  const folder = t.testdir({ device: { 'x.py': '' } });
  execFileSync('mkfifo', [join(folder, 'device', 'pipe.txt')]);
  await t.rejects(build(folder), {
    code: 'source_symlink',
    message: 'pipe.txt is neither a file nor a folder',
  });
});

t.test('a folder that is missing, empty, or a file', async (t) => {
  t.match(await failure(t, {}), { code: 'source_missing', message: /holds no files/ });
  t.match(await failure(t, {}, { device: '/nowhere' }), {
    code: 'source_missing',
    message: '/nowhere does not exist',
  });
  t.match(await failure(t, { x: '' }, { device: 'package.json' }), { code: 'source_missing' });
});

for (const decorator of ['native', 'viper', 'asm_xtensa']) {
  t.test(`@micropython.${decorator} is refused by the bundled compiler, with the reason`, async (t) => {
    const error = await failure(t, {
      'fast.py': `import micropython\n\n@micropython.${decorator}\ndef f():\n    pass\n`,
    });
    t.match(error, { code: 'native_code', message: /^fast.py:3: .*firmware.*MicroPython 1\.19 only/ });
  });
}

t.test('a .mpy of the user that fits no board, and one that is none', async (t) => {
  const old = await failure(t, { 'x.mpy': Buffer.from([0x4d, 5, 2, 31, 0]) });
  t.match(old, { code: 'compiler_abi', message: /^x.mpy: .mpy version 5, but version 6/ });
  t.match(await failure(t, { 'x.mpy': 'no' }), { code: 'compiler_failed', message: /^x.mpy: / });
});

t.test('a source that the compiler has no memory for', async (t) => {
  const error = await failure(t, { 'big.py': `x = [${'1234,'.repeat(200_000)}]\n` }, { abis: [6] });
  t.match(error, { code: 'compiler_failed', message: /^big.py: MemoryError/ });
});

t.test('a source that breaks the compiler does not break the next one', async (t) => {
  const deep = `x = ${'('.repeat(200_000)}${')'.repeat(200_000)}\n`;
  const error = await failure(t, { 'deep.py': deep }, { abis: [6] });
  t.match(error, { code: /^(compiler_failed|source_syntax)$/, message: /^deep.py/ });
  await t.resolves(build(t.testdir({ device: { 'x.py': 'x = 1\n' } })));
});

t.test('a closed compiler says so', async (t) => {
  const closed = openCompiler();
  await closed.close();
  const job = { abi: 6, path: 'x.py', source: Buffer.alloc(0), checkOnly: false } as const;
  await t.rejects(closed.compile(job), { code: 'compiler_failed' });
});
