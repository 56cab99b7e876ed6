/** `npm run lint` as it is typed: what it prints and how it ends. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const SCRIPT = fileURLToPath(new URL('../../../scripts/lint.js', import.meta.url));

function lint(cwd: string, ...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], { cwd }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

t.test('S1.7 findings are printed as compilers do, and end with 1', async (t) => {
  const cwd = t.testdir({ device: { net: { 'x.py': 'a = ""\na.splitlines()\n' } } });
  const { code, stdout } = await lint(cwd);
  t.equal(code, 1);
  t.match(stdout, /^device\/net\/x\.py:2:3 ESP003 .*\n1 file, 1 error, 0 warnings\n$/);
});

t.test('warnings end with 0, and with 1 where that is asked for', async (t) => {
  // An f-string in quotes of its own is newer than Python 3.8, and the compiler takes it.
  const cwd = t.testdir({ device: { 'x.py': "import time\na = {'b': 1}\nc = f'{a['b']}'\n" } });
  const said = await lint(cwd);
  t.match(said, {
    code: 0,
    stdout: /^device\/x\.py:1:8 F401 .* \(warning\)\n1 file, 0 errors, 1 warning\n$/,
  });
  t.match(await lint(cwd, '--strict'), { code: 1, stdout: said.stdout });
});

t.test('what neither ruff nor the compiler can read is an error', async (t) => {
  const cwd = t.testdir({
    device: { 'x.py': 'def f(:\n    pass\n', 'y.py': 'if 1:\n\tx = 1\n        y = 2\n' },
  });
  const { code, stdout } = await lint(cwd);
  t.equal(code, 1);
  t.match(
    stdout,
    /device\/x\.py:1:7 invalid-syntax .*[^)]\n[\s\S]*device\/y\.py:3:1 invalid-syntax .* \(warning\)\n/,
  );
});

t.test('nothing found ends with 0; soft-ota.json and --device count', async (t) => {
  const cwd = t.testdir({
    'soft-ota.json': '{"rulesOff": ["ESP003"]}',
    src: { 'x.py': 'a = ""\na.splitlines()\n' },
  });
  t.match(await lint(cwd, '--device', 'src'), { code: 0, stdout: /nothing found/ });
});

t.test('a wrong folder is an error with its code', async (t) => {
  t.match(await lint(t.testdir(), '--device', 'gone'), { code: 1, stderr: /^error source_missing: gone/ });
});

t.test('--help', async (t) => {
  t.match(await lint(t.testdir(), '--help'), { code: 0, stdout: /--strict.*\n[\s\S]*ota: allow ESP003/ });
});
