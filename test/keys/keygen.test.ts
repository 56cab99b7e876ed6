import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { makeFolder } from './folder.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/keygen.js', import.meta.url));

t.test('npm run keygen: says what to back up, never what is in it', async (t) => {
  const cwd = makeFolder(t);
  const keygen = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
      cwd,
      encoding: 'utf8',
    });
    return { status, stdout, stderr, all: stdout + stderr };
  };
  const outputs = [];
  const made = keygen();
  t.equal(made.status, 0, made.stderr);
  t.match(
    made.stdout,
    /^Made the key [0-9a-f]{16}\.\n {2}keys\/enrolment\.key\n {2}keys\/release\.key\.pem\n/,
  );
  t.match(made.stdout, /Back up/);
  const again = keygen();
  t.equal(again.status, 1);
  t.match(again.stderr, /^error key_exists: .*\n {2}Nothing was overwritten/);
  const out = keygen('--export', 'safe.pem');
  t.equal(out.status, 0);
  t.match(out.stdout, /SECRET/);
  const back = keygen('--keys', 'second', '--import', 'safe.pem');
  t.equal(back.status, 0);
  t.equal(keygen('--bits', '1024').status, 1);
  t.equal(keygen('--nope').status, 1);
  t.equal(keygen('--import', 'nowhere.pem').status, 1);
  t.notOk(existsSync(join(cwd, 'nowhere.pem')));
  t.match(keygen('--help').stdout, /--bits .*--export FILE.*--keys DIR|--keys DIR/s);

  outputs.push(made.all, again.all, out.all, back.all, keygen('--help').all);
  const secrets = [
    readFileSync(join(cwd, 'keys/enrolment.key'), 'utf8').trim(),
    ...readFileSync(join(cwd, 'keys/release.key.pem'), 'utf8')
      .split('\n')
      .filter((line) => line.length > 16 && !line.startsWith('-')),
  ];
  t.ok(secrets.length > 20);
  for (const secret of secrets) if (outputs.join('').includes(secret)) t.fail('a secret was printed');
});
