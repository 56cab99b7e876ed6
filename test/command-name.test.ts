import t from 'tap';
import { withCommandNames } from '../server/command-name.js';

t.test('commands are named as they are typed where the program runs', async (t) => {
  const text = 'Run "npm run build", npm start -- --from URL or npm run -s simulate -- --server X.';
  t.equal(withCommandNames(text, '/work/soft-ota/dist/scripts/build.js'), text);
  for (const bin of ['/project/node_modules/.bin/soft-ota', '/x/dist/scripts/soft-ota.js'])
    t.equal(
      withCommandNames(text, bin),
      'Run "npx soft-ota build", npx soft-ota start --from URL or npx soft-ota simulate --server X.',
    );
  t.equal(
    withCommandNames('npm run sign-offline -- --key K', 'soft-ota'),
    'npx soft-ota sign-offline --key K',
  );
  t.equal(withCommandNames('npm ci && npm run bench', 'soft-ota'), 'npm ci && npm run bench');
});
