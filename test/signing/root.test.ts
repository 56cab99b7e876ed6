import fc from 'fast-check';
import t from 'tap';
import { addSignature, missingKeys, signAvailable } from '../../server/signing/cosign.js';
import { nextRoot, type RootChange, rootSigners } from '../../server/signing/next-root.js';
import { encodeRoot, firstRoot, parseRoot, type RootFields } from '../../server/signing/root.js';
import { signHead } from '../../server/signing/sign.js';
import { verifyRoot, verifyTrusted } from '../../server/signing/trust.js';
import { codeOf } from '../throws-code.js';
import { rootVectors } from '../vectors.js';
import { FIELDS, makeKey } from './made-key.js';
import { encodeSigned, NOTHING } from './made-root.js';
import { tamper } from './tamper.js';

const [A, B, C] = [makeKey(), makeKey(), makeKey()];
const FIRST = firstRoot(A.publicKey);

t.test('S1.19: the root vectors made with OpenSSL', async (t) => {
  const vectors = rootVectors();
  t.ok(vectors.length >= 67, `${vectors.length} of them`);
  for (const { name, code, current, next } of vectors) {
    const trusted = parseRoot(Buffer.from(current, 'latin1'));
    const bytes = Buffer.from(next, 'base64');
    t.equal(
      codeOf(() => verifyRoot(bytes, trusted)),
      code,
      name,
    );
    if (code !== 'ok') continue;
    const root = parseRoot(bytes);
    t.ok(
      bytes.subarray(0, encodeRoot(root, root.keyIds).length).equals(encodeRoot(root, root.keyIds)),
      `${name}, again`,
    );
  }
});

t.test('a root file is what the protocol shows, byte for byte', async (t) => {
  t.equal(
    FIRST.bytes.toString('latin1'),
    `soft-ota-root 1
version 0
epoch 0
threshold 1
both ${A.signer.keyId} 65537
${A.publicKey.modulus.toString('hex')}

`,
  );
  const next = nextRoot(FIRST, { ...NOTHING, addRoot: [B.publicKey] });
  const bytes = encodeSigned(next, A, B);
  t.equal(
    bytes.toString('latin1', 0, bytes.length - 512),
    `soft-ota-root 1 ${A.signer.keyId},${B.signer.keyId}
version 1
epoch 0
threshold 1
root ${B.signer.keyId} 65537
${B.publicKey.modulus.toString('hex')}
release ${A.signer.keyId} 65537
${A.publicKey.modulus.toString('hex')}

`,
  );
  t.equal(verifyRoot(bytes, FIRST).version, 1);
});

t.test('no byte of a root file can be changed, added or left out', async (t) => {
  const bytes = encodeSigned(nextRoot(FIRST, { ...NOTHING, add: [B.publicKey] }), A);
  const refused = (changed: Buffer): boolean => codeOf(() => verifyRoot(changed, FIRST)) !== 'ok';
  tamper(t, bytes, refused, 13);
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      (noise) => codeOf(() => parseRoot(Buffer.from(noise))) === 'root_invalid',
    ),
    { numRuns: 100 },
  );
});

t.test('an epoch, a threshold, roles: which heads a root file lets in', async (t) => {
  const root: RootFields = {
    version: 3,
    epoch: 2,
    threshold: 2,
    keys: [
      { ...A.publicKey, role: 'root' },
      { ...B.publicKey, role: 'release' },
      { ...C.publicKey, role: 'both' },
    ],
  };
  const code = (bytes: Buffer) => codeOf(() => verifyTrusted(bytes, root));
  const fields = { ...FIELDS, epoch: 2 };
  t.equal(code(signHead(fields, B.signer, C.signer)), 'ok');
  t.equal(code(signHead(fields, C.signer, B.signer)), 'ok');
  t.equal(code(signHead(fields, B.signer)), 'threshold_unmet');
  t.equal(code(signHead(fields, B.signer, B.signer)), 'threshold_unmet');
  t.equal(code(signHead(fields, A.signer, B.signer)), 'threshold_unmet');
  t.equal(code(signHead(fields, A.signer)), 'wrong_key');
  t.equal(code(signHead({ ...fields, epoch: 1 }, B.signer, C.signer)), 'epoch_wrong');
  t.equal(code(signHead({ ...fields, epoch: 3 }, B.signer, C.signer)), 'epoch_wrong');
});

t.test('the next root file: what changes, and who signs it', async (t) => {
  const next = (change: Partial<RootChange>, current: RootFields = FIRST) =>
    nextRoot(current, { ...NOTHING, ...change });
  const roles = (fields: RootFields) => fields.keys.map(({ role, keyId }) => `${role} ${keyId}`);
  const ids = (keys: readonly { keyId: string }[]) => keys.map(({ keyId }) => keyId);
  const [a, b, c] = [A.signer.keyId, B.signer.keyId, C.signer.keyId];

  t.strictSame(
    roles(next({ add: [B.publicKey] })),
    [`both ${a}`, `both ${b}`],
    'without a root key, each signs both',
  );
  const guarded = next({ addRoot: [B.publicKey] });
  t.strictSame(roles(guarded), [`root ${b}`, `release ${a}`], 'a root key ends that');
  t.strictSame(ids(rootSigners(FIRST, guarded, [a])), [a, b], 'the old one and the new one');
  const other = next({ add: [C.publicKey], remove: [a] }, guarded);
  t.strictSame(roles(other), [`root ${b}`, `release ${c}`]);
  t.strictSame(ids(rootSigners(guarded, other, [a])), [b], 'the root key alone, wherever it is');
  const replaced = next({ addRoot: [C.publicKey], remove: [b] }, guarded);
  t.strictSame(ids(rootSigners(guarded, replaced, [])), [b, c]);
  const two = next({ addRoot: [C.publicKey] }, guarded);
  t.strictSame(
    ids(rootSigners(two, next({ threshold: 1, newEpoch: true }, two), [c])),
    [c],
    'the one that is here',
  );
  t.equal(next({ newEpoch: true }).epoch, 1);
  t.equal(next({ add: [B.publicKey], threshold: 2 }).threshold, 2);

  const refusals: [string, Partial<RootChange>][] = [
    ['nothing to change', {}],
    ['a threshold as it is', { threshold: 1 }],
    ['a key that is not there', { remove: [b] }],
    ['a key that is there already', { add: [A.publicKey] }],
    ['a key that is there, as root key', { addRoot: [A.publicKey] }],
  ];
  for (const [name, change] of refusals)
    t.equal(
      codeOf(() => next(change)),
      'root_change',
      name,
    );
  const six = rootVectors()
    .filter(({ name }) => name === 'six keys')
    .map(({ next }) => parseRoot(Buffer.from(next, 'base64')))[0];
  t.equal(six?.keys.length, 6);
  const useless: [string, Partial<RootChange>, string][] = [
    ['the last key gone', { remove: [a] }, 'root_last'],
    ['more signatures than keys', { threshold: 2 }, 'root_change'],
    ['no release key left', { remove: [a], addRoot: [B.publicKey] }, 'root_last'],
    ['one key twice', { add: [B.publicKey, B.publicKey] }, 'root_invalid'],
    ['more than fits', { add: six?.keys ?? [] }, 'root_invalid'],
  ];
  for (const [name, change, code] of useless)
    t.equal(
      codeOf(() => encodeSigned(next(change), A)),
      code,
      name,
    );
});

t.test('what several keys sign, each on its own computer', async (t) => {
  const fields = nextRoot(FIRST, { ...NOTHING, addRoot: [B.publicKey] });
  const body = encodeRoot(fields, [A.signer.keyId, B.signer.keyId]);
  const draft = signAvailable(body, [A.publicKey, B.publicKey], [A.signer]);
  t.strictSame(missingKeys(draft), [B.signer.keyId]);
  t.equal(
    codeOf(() => verifyRoot(draft, FIRST)),
    'signature_invalid',
    'nobody takes it so',
  );
  const whole = addSignature(draft, B.signer);
  t.strictSame(missingKeys(whole), []);
  t.equal(
    codeOf(() => verifyRoot(whole, FIRST)),
    'ok',
  );
  t.equal(
    codeOf(() => addSignature(draft, C.signer)),
    'key_untrusted',
  );
  t.ok(addSignature(whole, B.signer).equals(whole));
  const large = makeKey(3072).publicKey;
  t.equal(
    codeOf(() => signAvailable(body, [A.publicKey, large], [A.signer])),
    'key_invalid',
    'keys of two sizes',
  );
});
