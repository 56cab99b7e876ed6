/** npm run strand: every function of the client, one at a time, raises. */
import t from 'tap';
import { functionCases } from './cases.js';
import { ProjectFixture } from './project-fixture.js';
import { told } from './told.js';

t.test('a function of the client raises: no board is stranded', async (t) => {
  t.setTimeout(0);
  const project = await ProjectFixture.make(t, 'own');
  const cases = await functionCases(project, 'raises');
  for (const house of ['a server', 'no server'] as const)
    await told(t, 'one function raises', house, project, cases);
});
