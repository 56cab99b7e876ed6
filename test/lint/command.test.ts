/** `npm run lint` as it is typed: what it prints and how it ends. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const SCRIPT = fileURLToPath(new URL('../../scripts/lint.js', import.meta.url));

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
  t.match(stdout, /^device\/net\/x\.py:2:3 ESP003 .*\n1 files?, 1 findings?\n$/);
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
  t.match(await lint(t.testdir(), '--help'), { code: 0, stdout: /ota: allow ESP003/ });
});
