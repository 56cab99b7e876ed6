/** What npm test counts decides whether it passed: nothing that went wrong may be counted as nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { countsOf, runFiles } from './run-file.js';

t.test("tap's last line counts; without it, or with an exit code, at least one has failed", async (t) => {
  t.same(countsOf('ok\n# { total: 9, pass: 7, fail: 1, skip: 1 }\n', 1), { pass: 7, fail: 1, skip: 1 });
  t.same(countsOf('# { total: 3, pass: 1, skip: 1, todo: 1 }\n', 0), { pass: 1, fail: 0, skip: 2 });
  t.same(countsOf('# { total: 3, pass: 3 }\n', 1), { pass: 3, fail: 1, skip: 0 });
  t.same(countsOf('# { total: 3, pass: 3 }\n', null), { pass: 3, fail: 1, skip: 0 });
  t.same(countsOf('TAP version 14\n', 0), { pass: 0, fail: 1, skip: 0 });
});

t.test('a file that hangs is ended', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'soft-ota-run-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'hangs.js');
  writeFileSync(file, "console.log('begun'); for (;;);\n");
  const result = await runFiles([file], -4.5); // and five seconds more
  t.match(result, { files: [file], said: /begun|^(TAP version 14\n)?$/, pass: 0, fail: 1 });
});

t.test('files in one process: each begins where the process did, and one that fails is told', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'soft-ota-run-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  const tap = import.meta.resolve('tap');
  const write = (name: string, code: string): string => {
    writeFileSync(join(dir, name), `import t from '${tap}';\nt.test('${name}', async (t) => { ${code} });\n`);
    return join(dir, name);
  };
  const wanders = write('wanders.mjs', "process.chdir('/'); t.pass();");
  const home = write('home.mjs', `t.equal(process.cwd(), '${process.cwd()}');`);
  const fails = write('fails.mjs', 't.fail();');
  const broken = join(dir, 'not-there.mjs');
  t.match(await runFiles([wanders, home], 20), { pass: 4, fail: 0, skip: 0 });
  t.match(await runFiles([fails, home], 20), { pass: 3, fail: 1, said: /not ok .*fails\.mjs/ });
  t.match(await runFiles([broken, home], 20), { fail: 1, said: /not-there\.mjs/ });
});
