/** A flag that was typed without `--` in front stays with npm: the command refuses to run without it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { COMMON, type FlagTable } from '../../server/cli/flags.js';
import { refuseKeptByNpm } from '../../server/cli/npm-flags.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FLAGS = {
  port: COMMON.port,
  key: { kind: 'text', value: 'FILE', help: 'a key' },
  'enrolled-only': { kind: 'switch', help: 'known boards only' },
  files: { kind: 'operands', value: 'FILE', help: 'files' },
} as const satisfies FlagTable;
const OWN = '"-----BEGIN PRIVATE KEY-----\nXXXX\nXXXX\n-----END PRIVATE KEY-----"';

const TABLE: readonly [event: string, kept: Record<string, string>, told: string | undefined][] = [
  ['start', { enrolled_only: 'true' }, 'npm start -- --enrolled-only'],
  ['start', { port: '9000', enrolled_only: 'true' }, 'npm start -- --port N --enrolled-only'],
  ['start', { enrolled_only: '' }, undefined],
  ['start', { key: OWN, files: 'true', cache: '/x' }, undefined],
  ['test', { enrolled_only: 'true' }, undefined],
];

for (const [event, kept, told] of TABLE) {
  t.test(`${event} ${Object.keys(kept)}: ${told ?? 'runs'}`, async (t) => {
    const config = Object.entries(kept).map(([name, value]) => [`npm_config_${name}`, value]);
    const variables = { ...Object.fromEntries(config), npm_lifecycle_event: event };
    const call = () => refuseKeptByNpm({ name: 'start', summary: '', flags: FLAGS }, variables);
    if (told === undefined) t.doesNotThrow(call);
    else t.throws(call, { code: 'config_invalid', message: new RegExp(`${told}$`) });
  });
}

t.test('npm itself: nothing is done, and the line to type is told', async (t) => {
  const { status, stderr } = spawnSync('npm', ['run', '-s', 'lint', '--device=nowhere'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  t.equal(status, 1);
  t.match(stderr, 'error config_invalid: npm kept --device for itself');
  t.match(stderr, 'npm run lint -- --device DIR\n');
});
