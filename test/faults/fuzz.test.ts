/** Arbitrary and mutated requests: no crash, no 5xx but "not ready", nothing written, no growing memory. More of it: npm run fuzz. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';

const SCRIPT = fileURLToPath(new URL('../../scripts/fuzz.js', import.meta.url));
const SEED = '4';

function fuzz(t: Test, name: string, rounds: number): Promise<{ code: number | null; said: string }> {
  const args = ['--expose-gc', SCRIPT, '--only', name, '--rounds', String(rounds), '--seed', SEED];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      said += piece;
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

t.test('30,000 requests and 4,000 pieces of what may be none', async (t) => {
  const results = await Promise.all([fuzz(t, 'routes', 30_000), fuzz(t, 'wire', 4_000)]);
  for (const { code, said } of results) {
    t.equal(code, 0, said);
    t.match(said, /rounds, 0 broken, .*heap [\d.]+ MB in the middle, [\d.]+ MB at the end/);
    t.comment(said);
  }
});
