/** Whatever single file of a release is broken: no board is stranded, and the next good release is installed. `npm run strand` tries all. */
import t from 'tap';
import { sample } from '../faults/sample.js';
import { type Case, fileCases, functionCases, misnamed } from './cases.js';
import { ProjectFixture } from './project-fixture.js';
import { ALL, SEED, told } from './told.js';

/** Releases that once stranded boards. */
const KNOWN = /^(ota\/(client|install|trust|form)|net|main)\.py raises at import/;

const some = (cases: readonly Case[], most: number): Case[] => (ALL ? [...cases] : sample(cases, most, SEED));

t.test('docs/client.md: a broken release strands no board', async (t) => {
  t.setTimeout(0);
  t.comment(`seed ${SEED} (SOFT_OTA_STRAND_SEED)`);
  const project = await ProjectFixture.make(t, 'own');
  const files = await fileCases(project);
  const first = ALL ? files : files.filter(({ name }) => KNOWN.test(name));
  await told(t, 'files', 'a server', project, [...first, await misnamed(project)]);
  await told(t, 'files', 'no server', project, some(files, 2));
  if (ALL) return;
  const [raises, loops] = [await functionCases(project, 'raises'), await functionCases(project, 'loops')];
  await told(t, 'one function', 'a server', project, [...some(raises, 1), ...some(loops, 1)]);
});
