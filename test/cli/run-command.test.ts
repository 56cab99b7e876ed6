import { spawnSync } from 'node:child_process';
import t from 'tap';
import { errorText, runMain } from '../../server/cli/run-command.js';
import { SoftOtaError } from '../../server/errors.js';

t.test('an error is its code, its sentence and what to do, never a stack trace', async (t) => {
  const error = new SoftOtaError('out_not_empty', 'x is not an empty folder.', { cause: new Error('inner') });
  t.equal(
    errorText(error),
    'error out_not_empty: x is not an empty folder.\n  Name an empty or new folder with --out.\n',
  );
  t.match(errorText(new TypeError('boom')), /^error internal: boom\n {2}[^\n]+\n$/);
  t.match(errorText('boom'), /^error internal: boom\n/);
});

t.test('what the operating system says is no fault of the server: path, and what to do', async (t) => {
  const of = (code: string, syscall: string, more: object = { path: '/p/keys' }) =>
    errorText(Object.assign(new Error(`${code}: no, ${syscall} '/p/keys'`), { code, syscall, ...more }));
  t.match(
    of('EACCES', 'scandir'),
    /^error access_denied: This user may not list \/p\/keys\.\n {2}Run "ls -ld"/,
  );
  t.match(of('EPERM', 'mkdir'), /^error access_denied: This user may not make \/p\/keys\./);
  t.match(
    of('EROFS', 'open'),
    /^error access_denied: \/p\/keys lies on a file system that is mounted read-only/,
  );
  t.match(of('ENOSPC', 'write'), /^error disk_full: There is no room for \/p\/keys/);
  t.match(of('EMFILE', 'open'), /^error disk_failed: Too many files are open/);
  t.match(of('ENOTDIR', 'open'), /^error disk_failed: \/p\/keys: ENOTDIR/);
  t.match(of('ECONNREFUSED', 'connect', {}), /^error internal/, 'no file');
});

t.test('the exit code is what main gives back, 1 when it throws', async (t) => {
  const before = process.exitCode;
  t.teardown(() => {
    process.exitCode = before;
  });
  const written = t.capture(process.stderr, 'write', () => true);
  await runMain(async () => {});
  t.equal(process.exitCode, 0);
  await runMain(async () => 3);
  t.equal(process.exitCode, 3);
  await runMain(async (): Promise<void> => {
    throw new SoftOtaError('port_in_use', 'Port 8267 is in use.');
  });
  t.equal(process.exitCode, 1);
  t.match(written.args(), [
    [
      'error port_in_use: Port 8267 is in use.\n  Stop the program that uses the port, or choose another with --port.\n',
    ],
  ]);
});

t.test('a reader that has gone, as head does, is no fault', async (t) => {
  const script = new URL('../../server/cli/run-command.js', import.meta.url);
  const code = `import { runMain } from '${script}'; await runMain(async () => { for (;;) { process.stdout.write('x'.repeat(9999)); await new Promise(setImmediate); } })`;
  const piped = spawnSync(
    'sh',
    ['-c', '"$0" --input-type=module -e "$1" | head -c 5', process.execPath, code],
    {
      encoding: 'utf8',
      timeout: 20_000,
    },
  );
  t.match(piped, { stdout: 'xxxxx', stderr: '', status: 0 });
});
