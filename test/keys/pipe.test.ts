/** Keys that come through a pipe, and what is said of keys that come alone. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { makeFolder } from './folder.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/keygen.js', import.meta.url));
const PLAIN = execFileSync('openssl', ['genrsa', '2048'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});

const keygen = (cwd: string, args: string[], input = '') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
    cwd,
    input,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

t.test('--import - reads a pipe, so that the secret need not lie on the disk', async (t) => {
  const [from, to] = [makeFolder(t), makeFolder(t)];
  keygen(from, []);
  keygen(from, ['--export', 'safe.pem']);
  const safe = readFileSync(join(from, 'safe.pem'), 'utf8');
  const { status, stdout, stderr } = keygen(to, ['--import', '-'], safe);
  t.match([status, stdout, stderr], [0, /^Imported the key [0-9a-f]{16}\./, '']);
  t.notMatch(stdout, /still holds|new one was made/, 'there is no file to put away, and no new secret');
  for (const name of ['release.key.pem', 'enrolment.key'])
    t.equal(readFileSync(join(to, 'keys', name), 'utf8'), readFileSync(join(from, 'keys', name), 'utf8'));
  t.match(keygen(makeFolder(t), ['--import', '-'], ''), { status: 1, stderr: /^error key_invalid/ });
});

t.test('a signing key that comes alone gets a new enrolment key, and that is said', async (t) => {
  const dir = makeFolder(t);
  writeFileSync(join(dir, 'plain.pem'), PLAIN);
  const first = keygen(dir, ['--import', 'plain.pem']);
  t.match(first, {
    status: 0,
    stdout: /enrolment\.key.*a new one was made.*not fresh.*plain\.pem still holds/s,
  });
  t.notMatch(
    keygen(dir, ['--import', 'plain.pem']).stdout,
    /new one was made/,
    'the second time it is there',
  );
});
