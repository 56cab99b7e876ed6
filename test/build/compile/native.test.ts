import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { buildTree } from '../../../server/build/compile/build-tree.js';
import { type Compiler, openCompiler } from '../../../server/build/compile/compiler.js';

const JOB = { abi: 6, path: 'net/x.py', source: Buffer.from('x = 1\n'), checkOnly: false } as const;
const WRITE = "import { writeFileSync } from 'node:fs'; const [out] = process.argv.slice(-2);";

/** A program in the place of mpy-cross. It must not inherit what the test runner loads into every Node process. */
async function standIn(t: Test, script: string, march?: string, timeoutMs?: number): Promise<Compiler> {
  const program = join(t.testdir(), 'mpy-cross');
  await writeFile(program, `#!/usr/bin/env -S NODE_OPTIONS= ${process.execPath}\n${script}\n`);
  await chmod(program, 0o755);
  return openCompiler({
    mpyCross: program,
    ...(march === undefined ? {} : { march }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

t.test('the output of a native compiler is taken, native code too, and nothing is left behind', async (t) => {
  const before = (await readdir(tmpdir())).filter((name) => name.startsWith('soft-ota-mpy-'));
  const compiler = await standIn(t, `${WRITE} writeFileSync(out, Buffer.from([0x4d, 6, 0x2b, 31]))`);
  t.strictSame(await compiler.compile(JOB), Buffer.from([0x4d, 6, 0x2b, 31]));
  const after = (await readdir(tmpdir())).filter((name) => name.startsWith('soft-ota-mpy-'));
  t.strictSame(after, before);
});

t.test('it sees the bare name and the architecture, and they are part of its fingerprint', async (t) => {
  const script = `${WRITE} writeFileSync(out, Buffer.concat([Buffer.from([0x4d, 6, 0, 31]), Buffer.from(process.argv.slice(2).join(' '))]))`;
  const compiler = await standIn(t, script, 'xtensa');
  t.equal((await compiler.compile(JOB)).subarray(4).toString(), '-march=xtensa -o out.mpy x.py');
  const other = await standIn(t, script);
  t.not(compiler.fingerprint(6), other.fingerprint(6));
});

t.test('its error about a source is a syntax error with the whole path', async (t) => {
  const say = 'Traceback (most recent call last):\\n  File "x.py", line 7\\nSyntaxError: invalid syntax\\n';
  const compiler = await standIn(t, `process.stderr.write('${say}'); process.exitCode = 1`);
  await t.rejects(compiler.compile(JOB), {
    code: 'source_syntax',
    message: 'net/x.py:7:1: SyntaxError: invalid syntax',
  });
});

t.test('any other failure names the exit code and what it said', async (t) => {
  const compiler = await standIn(t, "process.stderr.write('no such option'); process.exitCode = 3");
  await t.rejects(compiler.compile(JOB), { code: 'compiler_failed', message: /exit code 3. no such option/ });
});

t.test('killed, silent, or writing rubbish', async (t) => {
  const killed = await standIn(t, "process.kill(process.pid, 'SIGKILL')");
  await t.rejects(killed.compile(JOB), { code: 'compiler_failed', message: /was killed/ });
  await t.rejects((await standIn(t, '')).compile(JOB), { code: 'compiler_failed', message: /wrote no file/ });
  const rubbish = await standIn(t, `${WRITE} writeFileSync(out, 'rubbish')`);
  await t.rejects(rubbish.compile(JOB), { code: 'compiler_failed', message: /not a .mpy file/ });
});

t.test('one that never ends is ended, and so is one whose source has changed meanwhile', async (t) => {
  const never = await standIn(t, 'for (;;) {}', undefined, 1000);
  await t.rejects(never.compile(JOB), { code: 'compile_timeout', message: /^net\/x.py:1:1: / });
  const patient = await standIn(t, 'for (;;) {}');
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  await t.rejects(patient.compile({ ...JOB, signal: controller.signal }), { name: 'AbortError' });
});

t.test('another ABI than asked for', async (t) => {
  const compiler = await standIn(t, `${WRITE} writeFileSync(out, Buffer.from([0x4d, 5, 2, 31]))`);
  await t.rejects(compiler.compile(JOB), { code: 'compiler_abi', message: /version 5, but version 6/ });
});

t.test('absent, or no program', async (t) => {
  const absent = openCompiler({ mpyCross: '/nowhere/mpy-cross' });
  t.throws(() => absent.fingerprint(6), {
    code: 'compiler_missing',
    message: /\/nowhere\/mpy-cross .*ENOENT/,
  });
  await t.rejects(absent.compile(JOB), { code: 'compiler_missing' });
  const program = join(t.testdir({ 'mpy-cross': 'text' }), 'mpy-cross');
  await t.rejects(openCompiler({ mpyCross: program }).compile(JOB), {
    code: 'compiler_missing',
    message: /EACCES/,
  });
});

t.test(
  'a compiler for version 6 leaves version 5 out with a warning; a missing one stops the build',
  async (t) => {
    const compiler = await standIn(t, `${WRITE} writeFileSync(out, Buffer.from([0x4d, 6, 0, 31]))`);
    const folder = join(t.testdirName, 'project');
    const options = {
      device: join(folder, 'device'),
      cache: join(folder, 'cache'),
      abis: [6, 5],
      keepSource: [],
    } as const;
    await mkdir(options.device, { recursive: true });
    await writeFile(join(options.device, 'x.py'), '');
    const tree = await buildTree(options, compiler);
    t.match(tree, {
      sets: [{ abi: 6 }],
      warnings: [{ file: /device\/x.py$/, message: /version 5: .*mpy-cross.* version 6, but/ }],
    });
    await t.rejects(buildTree(options, openCompiler({ mpyCross: '/nowhere' })), { code: 'compiler_missing' });
  },
);
