import t from 'tap';
import { encodeAnchors, parseAnchors } from '../../server/keys/anchors.js';
import { makeKey } from '../manifest/made-key.js';
import { codeOf } from '../throws-code.js';

const ONE = makeKey().publicKey;
const TWO = { ...makeKey().publicKey, epoch: 3 };

t.test('anchors are written as protocol §8 says, and read again', async (t) => {
  const text = encodeAnchors([ONE, TWO]);
  const lines = text.split('\n').slice(0, 2);
  t.strictSame(lines, [`${ONE.keyId} 0 65537`, ONE.modulus.toString('hex')]);
  t.same(parseAnchors(text), [ONE, TWO]);
  t.same(parseAnchors(''), []);
});

t.test('what is no anchor is refused', async (t) => {
  const good = encodeAnchors([ONE]);
  const cases: [string, string][] = [
    ['no line feed', good.trimEnd()],
    ['an empty line', `${good}\n`],
    ['a word more', good.replace('\n', ' x\n')],
    ['capitals', good.toUpperCase()],
    ['another key id', good.replace(/^.{16}/, TWO.keyId)],
    ['another modulus', encodeAnchors([{ ...ONE, modulus: TWO.modulus }])],
    ['another exponent', good.replace(' 65537\n', ' 3\n')],
    ['a negative epoch', good.replace(' 0 ', ' -1 ')],
    ['no modulus', good.replace(/\n[0-9a-f]+\n$/, '\n')],
    ['half a byte', good.replace(/.\n$/, '\n')],
  ];
  for (const [name, text] of cases) {
    t.equal(
      codeOf(() => parseAnchors(text)),
      'key_invalid',
      name,
    );
  }
});
