import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { openCompiler } from '../../../server/build/compile/compiler.js';
import type { Finding } from '../../../server/build/finding.js';
import { build, compiler, failure } from './building.js';

t.teardown(() => compiler.close());

t.test('S1.3 a syntax error names file and line in the words of the compiler', async (t) => {
  const error = await failure(t, { net: { 'wifi.py': 'x = 1\n\ndef f(:\n    pass\n' } });
  t.match(error, {
    code: 'source_syntax',
    message: /^\/.*\/device\/net\/wifi\.py:3:1: SyntaxError: invalid syntax$/,
  });
});

t.test('S1.3 sources that stay source are checked too', async (t) => {
  const main = await failure(t, { 'main.py': 'return 1\n' });
  t.match(main, {
    code: 'source_syntax',
    message: /\/device\/main\.py:1:1: SyntaxError: 'return' outside function$/,
  });
  const guard = await failure(t, { 'boot.py': 'x = (\n', 'main.py': '' });
  t.match(guard, { code: 'source_syntax', message: /\/device\/boot.py:\d+:1: SyntaxError/ });
});

t.test('a syntax error brings the findings of the inspection along', async (t) => {
  const found = (rule: string, severity: Finding['severity']) => async () => [
    { file: 'x.py', line: 1, column: 6, rule, severity, message: 'write repr()' },
  ];
  const refused = { 'x.py': 'y = f"{x!r}"\n' };
  const error = await failure(t, refused, { inspect: found('ESP024', 'syntax') });
  t.match(error, {
    code: 'source_syntax',
    message: /device\/x.py:1:1: SyntaxError.*\n.*device\/x.py:1:6 ESP024 write/,
  });
  const taken = { 'x.py': 'y = 1\n' };
  t.match(await failure(t, taken, { inspect: found('ESP003', 'error') }), {
    code: 'lint_failed',
    message: /device\/x.py:1:6 ESP003/,
  });
  for (const severity of ['warning', 'syntax'] as const) {
    const { warnings } = await build(t.testdir({ device: taken }), { inspect: found('F401', severity) });
    t.match(warnings, [{ file: /device\/x.py$/, line: 1, column: 6, message: 'F401 write repr()' }]);
  }
});

t.test('a source that is not UTF-8', async (t) => {
  const bytes = Buffer.concat([Buffer.from('# ok é\nx = "'), Buffer.from([0xe9]), Buffer.from('"\n')]);
  const error = await failure(t, { 'latin.py': bytes });
  t.match(error, { code: 'source_encoding', message: /\/device\/latin.py:2:6: not UTF-8 at byte 13$/ });
  const cut = await failure(t, { 'cut.py': Buffer.from([0x23, 0xc3]) });
  t.match(cut, { code: 'source_encoding', message: /cut.py:1:2: not UTF-8 at byte 1$/ });
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
  t.match(out, { code: 'source_symlink', message: /\/device\/x.py is a link that leads out of the folder$/ });
  t.match(await failure(t, { lib: link('/etc') }), { code: 'source_symlink', message: /\/device\/lib / });
  t.match(await failure(t, { 'x.py': link('gone.py') }), { code: 'source_symlink', message: /nowhere/ });
  t.match(await failure(t, { lib: { again: link('..') } }), {
    code: 'source_symlink',
    message: /\/device\/lib\/again /,
  });
  t.match(await failure(t, { me: link('me') }), { code: 'source_symlink' });
});

t.test('of several faults the first by path is named', async (t) => {
  const device = { 'c.py': 'c (\n', 'b.py': 'b c\n', 'd.py': 'd (\n' };
  t.match(await failure(t, device), { code: 'source_syntax', message: /device\/b.py:1:1: / });
});

t.test('a pipe is no source', async (t) => {
  const folder = t.testdir({ device: { 'x.py': '' } });
  execFileSync('mkfifo', [join(folder, 'device', 'pipe.txt')]);
  await t.rejects(build(folder), {
    code: 'source_symlink',
    message: /\/device\/pipe.txt is neither a file nor a folder$/,
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
    t.match(error, {
      code: 'native_code',
      message: /device\/fast.py:3:1: .*firmware.*MicroPython 1\.19 only/,
    });
  });
}

t.test('a .mpy of the user that fits no board, and one that is none', async (t) => {
  const old = await failure(t, { 'x.mpy': Buffer.from([0x4d, 5, 2, 31, 0]) });
  t.match(old, { code: 'compiler_abi', message: /device\/x.mpy: .mpy version 5, but version 6/ });
  t.match(await failure(t, { 'x.mpy': 'no' }), { code: 'compiler_failed', message: /device\/x.mpy: / });
});

t.test('a source that the compiler has no memory for', async (t) => {
  const error = await failure(t, { 'big.py': `x = [${'1234,'.repeat(200_000)}]\n` }, { abis: [6] });
  t.match(error, { code: 'source_large', message: /device\/big.py:1:1: too large/ });
});

t.test('a source that breaks the compiler does not break the next one', async (t) => {
  const deep = `x = ${'('.repeat(200_000)}${')'.repeat(200_000)}\n`;
  const error = await failure(t, { 'deep.py': deep }, { abis: [6] });
  t.match(error, { code: 'source_large', message: /device\/deep.py:1:1: .*nested too deeply/ });
  await t.resolves(build(t.testdir({ device: { 'x.py': 'x = 1\n' } })));
});

t.test('what the compiler says without a place, or without a word on the reason, gets both', async (t) => {
  const long = 'x'.repeat(256);
  for (const [source, place, says] of [
    ["a = 1\nb = '\\N{DEGREE SIGN}'\n", '2:6', 'knows no \\\\N'],
    [`a = 1\n  # é\nif a:\n    ${long} = 2\n`, '4:5', 'more than 255 bytes'],
    [`def f():\n    a.${long}()\n`, '2:7', 'more than 255 bytes'],
    [`a = 1\nif a: pass\n${'elif a: pass\n'.repeat(3000)}`, '3:1', 'too much code'],
  ] as const) {
    const { code, message } = await failure(t, { 'x.py': source }, { abis: [6] });
    t.match(code, /^source_(?:syntax|large)$/);
    t.match(message, new RegExp(`/device/x\\.py:${place}: .*${says}`));
  }
});

t.test('Python that is newer than the bundled compiler is told with its age and the way out', async (t) => {
  const inspect = async () => [];
  const newer =
    /:1:1: SyntaxError.*bundled compiler is that of MicroPython 1\.19 \(July 2022\).*--mpy-cross PATH/;
  for (const source of ['x = f"{1}" f"{2}"\n', 'x = f"{1!r}"\n', 'x = rf"{1}"\n']) {
    t.match(await failure(t, { 'x.py': source }, { inspect }), { code: 'source_syntax', message: newer });
  }
  const known = async () => [
    { file: 'x.py', line: 1, column: 5, rule: 'invalid-syntax', severity: 'syntax', message: 'no' } as const,
  ];
  const { message } = await failure(t, { 'x.py': 'x = = 1\n' }, { inspect: known });
  t.match(
    message,
    /x\.py:1:5: SyntaxError: invalid syntax\n.*x\.py:1:5 invalid-syntax no$/,
    'at ruff’s column',
  );
  t.notMatch(message, /July 2022/, 'what ruff cannot read either is no newer Python');
});

t.test('names that no device takes are told with the file that has them', async (t) => {
  const { message } = await failure(t, { lib: { 'a b.txt': '' } });
  t.match(message, /^\/.*\/device\/lib\/a b\.txt: "lib\/a b\.txt" has a character/);
});

t.test('a constant that takes for ever ends with its place, and the next source is compiled', async (t) => {
  const short = openCompiler({ timeoutMs: 1500 });
  const source = Buffer.from('import x\n\nLIMIT = 9 ** 9 ** 7\n');
  const job = { abi: 6, path: 'device/limit.py', source, checkOnly: false } as const;
  const [endless, next] = await Promise.allSettled([
    short.compile(job),
    short.compile({ ...job, path: 'device/next.py', source: Buffer.from('x = 1\n') }),
  ]);
  t.match(endless, {
    status: 'rejected',
    reason: { code: 'compile_timeout', message: /^device\/limit\.py:3:9: .*constant/ },
  });
  t.equal(next.status, 'fulfilled');
  await short.close();
});

t.test('a compiler at work is stopped when its source has changed', async (t) => {
  const controller = new AbortController();
  const folder = t.testdir({ device: { 'x.py': 'LIMIT = 9 ** 9 ** 7\n' } });
  const built = build(folder, { abis: [6], signal: controller.signal });
  setTimeout(() => controller.abort(), 100);
  await t.rejects(built, { name: 'AbortError' });
  await t.resolves(build(t.testdir({ device: { 'x.py': 'x = 2\n' } })));
});

t.test('a closed compiler says so', async (t) => {
  const closed = openCompiler();
  await closed.close();
  const job = { abi: 6, path: 'x.py', source: Buffer.alloc(0), checkOnly: false } as const;
  await t.rejects(closed.compile(job), { code: 'compiler_failed' });
});
