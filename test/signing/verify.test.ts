import fc from 'fast-check';
import t from 'tap';
import { hasCode } from '../../server/errors.js';
import { encodeHead, parseHead } from '../../server/signing/head.js';
import { keyObjectOf, publicKeyOf } from '../../server/signing/public-key.js';
import { parseRoot } from '../../server/signing/root.js';
import { signHead } from '../../server/signing/sign.js';
import { verifyTrusted } from '../../server/signing/trust.js';
import { verifyHead, verifySignature } from '../../server/signing/verify.js';
import { codeOf } from '../throws-code.js';
import { headVectors, signatureVectors } from '../vectors.js';
import { FIELDS, makeKey } from './made-key.js';
import { tamper } from './tamper.js';

const KEY = makeKey();
const OTHER = makeKey();

t.test('S1.19: the signature vectors made with OpenSSL', async (t) => {
  for (const vector of signatureVectors()) {
    const modulus = Buffer.from(vector.modulus, 'hex');
    const key = publicKeyOf(keyObjectOf({ modulus, exponent: vector.exponent }));
    const signature = Buffer.from(vector.signature, 'hex');
    t.equal(
      verifySignature(Buffer.from(vector.message, 'base64'), signature, key),
      vector.valid,
      vector.name,
    );
  }
});

t.test('S1.19: the head vectors made with OpenSSL', async (t) => {
  for (const vector of headVectors()) {
    const bytes = Buffer.from(vector.head, 'base64');
    const trusted = parseRoot(Buffer.from(vector.anchors, 'latin1'));
    t.equal(
      codeOf(() => verifyTrusted(bytes, trusted)),
      vector.code,
      vector.name,
    );
    if (vector.code === 'ok') t.same(encodeKnown(bytes), knownLines(bytes), `${vector.name}, written again`);
  }
});

const KNOWN =
  /^(soft-ota|release|epoch|abi|boards|python|created|expires|set|manifest|root|downgrade|inplace) /;
const linesOf = (bytes: Buffer): string[] => bytes.toString('latin1').split('\n').toSorted();
const encodeKnown = (bytes: Buffer): string[] =>
  linesOf(encodeHead(parseHead(bytes).head)).filter((line) => line !== '');
const knownLines = (bytes: Buffer): string[] =>
  linesOf(parseHead(bytes).body).filter((line) => KNOWN.test(line));

t.test('a head is what the protocol shows, byte for byte', async (t) => {
  const further = { expires: 1795228800, root: 2, downgrade: 1763700000, inplace: true } as const;
  const bytes = signHead({ ...FIELDS, ...further }, KEY.signer);
  const text = `soft-ota 1 ${KEY.publicKey.keyId}
release 1763692800
epoch 0
abi 6
boards s20 s31
python 1.19
created 1763692741
expires 1795228800
set 34 33567 40
manifest 2210 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc
root 2
downgrade 1763700000
inplace 1

`;
  t.equal(bytes.toString('latin1', 0, bytes.length - 256), text);
  t.same(verifyHead(bytes, [OTHER.publicKey, KEY.publicKey]), {
    ...FIELDS,
    ...further,
    keyIds: [KEY.publicKey.keyId],
  });
  t.equal(
    signHead(FIELDS, KEY.signer).compare(signHead(FIELDS, KEY.signer)),
    0,
    'the same fields give the same bytes',
  );
});

t.test('no byte of a head can be changed, added or left out', async (t) => {
  const bytes = signHead(FIELDS, KEY.signer);
  tamper(t, bytes, (changed) => codeOf(() => verifyHead(changed, [KEY.publicKey])) !== 'ok');
});

t.test('whatever fields are written are read again', async () => {
  const u32 = fc.nat({ max: 0xffff_ffff });
  const fields = fc.record({
    release: fc.integer({ min: 1, max: 0xffff_ffff }),
    epoch: u32,
    abi: fc.integer({ min: 1, max: 255 }),
    boards: fc.oneof(
      fc.constant(['*']),
      fc.uniqueArray(fc.constantFrom('s20', 's-31', 'a.b', '~'), { minLength: 1 }),
    ),
    python: fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99)).map((parts) => parts.join('.')),
    created: fc.nat(0xffff_ffff),
    set: fc.record({ files: u32, bytes: u32, blocks: u32 }),
    manifest: fc.record({
      size: u32,
      sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
    }),
  });
  fc.assert(
    fc.property(fields, (fields) => {
      const bytes = signHead(fields, KEY.signer);
      t.same(verifyHead(bytes, [KEY.publicKey]), { ...fields, keyIds: [KEY.publicKey.keyId] });
    }),
    { numRuns: 60 },
  );
});

t.test('what no device would take is never signed', async (t) => {
  const refused = (change: Partial<typeof FIELDS>): string =>
    codeOf(() => signHead({ ...FIELDS, ...change }, KEY.signer));
  t.equal(refused({ release: 0 }), 'head_invalid');
  t.equal(refused({ release: 1.5 }), 'head_invalid');
  t.equal(refused({ boards: [] }), 'head_invalid');
  t.equal(refused({ boards: ['s20\nepoch 9'] }), 'head_invalid');
  t.equal(refused({ boards: ['*', 's20'] }), 'head_invalid');
  t.equal(refused({ python: '1.27.0-preview' }), 'head_invalid');
  const many = Array.from({ length: 90 }, (_, i) => `board${i}`);
  t.equal(refused({ boards: many }), 'head_invalid', 'a head that grows larger than devices read');
});

t.test('S1.19: another key is named together with the trusted one', async (t) => {
  const bytes = signHead(FIELDS, KEY.signer);
  try {
    verifyHead(bytes, [OTHER.publicKey]);
    t.fail('was taken');
  } catch (error) {
    if (!hasCode(error, 'wrong_key')) throw error;
    t.match(error.message, KEY.publicKey.keyId);
    t.match(error.message, OTHER.publicKey.keyId);
  }
  t.equal(
    codeOf(() => verifyHead(bytes, [])),
    'wrong_key',
  );
});

t.test(
  'two keys: one trusted one is enough, and a wrong signature of a trusted one is too much',
  async (t) => {
    const bytes = signHead(FIELDS, KEY.signer, OTHER.signer);
    const damaged = Buffer.from(bytes);
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    const both = [KEY.publicKey, OTHER.publicKey];
    t.same(verifyHead(bytes, both).keyIds, [KEY.publicKey.keyId, OTHER.publicKey.keyId]);
    t.equal(
      codeOf(() => verifyHead(damaged, [KEY.publicKey])),
      'ok',
    );
    t.equal(
      codeOf(() => verifyHead(damaged, both)),
      'signature_invalid',
    );
    t.equal(
      codeOf(() => verifyHead(damaged, [OTHER.publicKey])),
      'signature_invalid',
    );
  },
);

t.test('a first line with anything behind the key ids is of another format', async (t) => {
  const body = encodeHead({ ...FIELDS, keyIds: [KEY.signer.keyId] }).toString('latin1');
  const longer = Buffer.from(body.replace('\n', ' x\n'), 'latin1');
  const bytes = Buffer.concat([longer, KEY.signer.sign(longer)]);
  t.equal(
    codeOf(() => verifyHead(bytes, [KEY.publicKey])),
    'head_invalid',
  );
});

t.test('weak keys are no keys', async (t) => {
  t.equal(
    codeOf(() => makeKey(1024)),
    'key_invalid',
  );
  t.equal(
    codeOf(() => publicKeyOf(keyObjectOf({ modulus: KEY.publicKey.modulus, exponent: 3 }))),
    'key_invalid',
  );
});
