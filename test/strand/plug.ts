/** npm run strand: every file of the plug with every damage. */
import t from 'tap';
import { fileCases } from './cases.js';
import { ProjectFixture } from './project-fixture.js';
import { told } from './told.js';

t.test('plug: a broken release strands no board', async (t) => {
  t.setTimeout(0);
  const project = await ProjectFixture.make(t, 'plug');
  const cases = await fileCases(project);
  for (const house of ['a server', 'no server'] as const) await told(t, 'plug', house, project, cases);
});
