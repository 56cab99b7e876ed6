import t from 'tap';
import { encodeAnchors } from '../../server/keys/anchors.js';
import { firstRoot, type RootFields } from '../../server/manifest/root.js';
import { makeKey } from '../manifest/made-key.js';

const ONE = makeKey().publicKey;
const TWO = makeKey().publicKey;

t.test('anchors: the keys that may sign heads, two lines each', async (t) => {
  t.equal(encodeAnchors(firstRoot(ONE)).toString(), `${ONE.keyId} 0 65537\n${ONE.modulus.toString('hex')}\n`);
  const root: RootFields = {
    version: 2,
    epoch: 3,
    threshold: 1,
    keys: [
      { ...ONE, role: 'root' },
      { ...TWO, role: 'release' },
    ],
  };
  t.equal(encodeAnchors(root).toString(), `${TWO.keyId} 3 65537\n${TWO.modulus.toString('hex')}\n`);
});
