/** npm run strand: every function of the client, one at a time, raises. */
import t from 'tap';
import { functionCases } from './cases.js';
import { Workshop } from './project-fixture.js';
import { told } from './told.js';

t.test('a function of the client raises: no board is stranded', async (t) => {
  t.setTimeout(0);
  const workshop = await Workshop.make(t, 'own');
  const cases = await functionCases(workshop, 'raises');
  for (const house of ['a server', 'no server'] as const)
    await told(t, 'one function raises', house, workshop, cases);
});
