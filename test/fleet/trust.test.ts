import t from 'tap';
import { decide } from '../../server/fleet/decide.js';
import { KEY, makeTestRelease } from '../release/made-release.js';
import { makeKey } from '../signing/made-key.js';
import { signRoot } from '../signing/made-root.js';

t.test('S1.19 a device that trusts a key of before is no stranger', async (t) => {
  const next = makeKey();
  const root = signRoot(KEY, { add: [next.publicKey], remove: [KEY.signer.keyId] }, undefined, next);
  const release = makeTestRelease({ 'a.txt': 'one' }, { key: next, root: 1 });
  const kind = (keyId: string, roots = new Map([[1, root]])) =>
    decide(6, { have: 5, keys: [keyId] }, { ...release, roots }).kind;
  t.equal(kind(next.signer.keyId), 'update');
  t.equal(kind(KEY.signer.keyId), 'update', 'it will ask for root file 1');
  t.equal(kind(KEY.signer.keyId, new Map()), 'distrusted');
  t.equal(kind(makeKey().signer.keyId), 'distrusted');
});
