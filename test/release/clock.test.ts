/** A number that a wrong clock makes is said before it is made. */
import t from 'tap';
import { describeSkew } from '../../server/release/clock.js';
import { writeReadyKeys } from '../keys/ready.js';
import { makeProject, runScript, write } from '../process/made-project.js';

const DAY = 86_400;
const at = (date: string) => Date.parse(date) / 1000;

t.test('a clock in 1970, and one more than a year ahead of all that is known', async (t) => {
  const now = at('2028-03-01');
  t.equal(describeSkew(now, [now - 30 * DAY]), undefined);
  t.equal(describeSkew(now, [0, now - 365 * DAY, 0]), undefined, 'one witness is enough');
  t.match(describeSkew(now, [now - 367 * DAY, 0]), /says 2028-03-01, a year or more after.*--release N/);
  t.equal(describeSkew(now, [now + 30 * DAY]), undefined, 'the last release had a number from ahead');
  t.match(describeSkew(0, [now]), /says 1970-01-01, which is before this program was made/);
  t.match(describeSkew(at('2026-10-31'), []), /before this program/);
  t.equal(describeSkew(at('2027-10-31'), []), undefined, 'a first release, and nothing else is known');
});

t.test('npm run build says so, and only where the clock makes the number', async (t) => {
  const dir = makeProject(t);
  await writeReadyKeys(`${dir}/keys`);
  const build = (seconds: number, ...flags: string[]) => {
    const clock = `Date.now = () => ${seconds * 1000}`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(clock)}` };
    return runScript('build', flags, dir, env);
  };
  t.match(build(1000), { status: 0, stderr: /^warning: The clock of this computer says 1970-01-01/ });
  write(dir, 'more.py', 'x = 2\n');
  const ahead = Math.floor(Date.now() / 1000) + 400 * DAY;
  t.match(build(ahead), { status: 0, stderr: /^warning: The clock.* a year or more after/ });
  t.match(build(ahead), { status: 0, stderr: '' }, 'no new release, no number');
  write(dir, 'more.py', 'x = 3\n');
  t.match(build(1000, '--release', String(ahead + 1)), { status: 0, stderr: '' }, 'a number that was given');
});
