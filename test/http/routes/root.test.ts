import t from 'tap';
import { KEY, makeTestRelease } from '../../release/made-release.js';
import { signRoot } from '../../signing/made-root.js';
import { bodyOf, codeOfAnswer, headersOf, makeServer, Raw, statusOf } from '../made-server.js';

const ROOT = signRoot(KEY, { newEpoch: true });
const RELEASE = {
  ...makeTestRelease({ 'a.txt': 'one' }, { epoch: 1, root: 1 }),
  roots: new Map([[1, ROOT]]),
};

t.test('S1.19 root files are served to everybody, and never change', async (t) => {
  const { port } = await makeServer(t, RELEASE);
  const raw = new Raw(port);
  const answer = await raw.get('/root/1');
  t.equal(statusOf(answer), 200);
  t.equal(bodyOf(answer), ROOT.toString('latin1'));
  t.ok(headersOf(answer).includes('cache-control: max-age=31536000,immutable'));
  t.ok(headersOf(answer).includes(`content-length: ${ROOT.length}`));
  const missing = await raw.get('/root/2');
  t.strictSame([statusOf(missing), codeOfAnswer(missing)], [404, 'not_found'], 'which ends the chain');
  for (const path of ['/root/0', '/root/01', '/root/-1', '/root/x', '/root/99999999999', '/root/..%2f6']) {
    t.match(String(statusOf(await raw.get(path))), /^40[04]$/, path);
  }
  await raw.end();
});

t.test('before the first build there is none', async (t) => {
  const { port } = await makeServer(t);
  const raw = new Raw(port);
  t.equal(statusOf(await raw.get('/root/1')), 404);
  await raw.end();
});
