/** S1.19: what a change of trust does to the releases that are published. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { signedText } from '../../server/cli/sign-offline-messages.js';
import { headPath } from '../../server/release/layout.js';
import { signOffline } from '../../server/release/sign-offline.js';
import { verifyBdist } from '../../server/release/verify.js';
import { missingKeys } from '../../server/signing/cosign.js';
import { parseHead } from '../../server/signing/head.js';
import { nextRoot } from '../../server/signing/next-root.js';
import { firstRoot, parseRoot, type Root } from '../../server/signing/root.js';
import { verifyTrusted } from '../../server/signing/trust.js';
import { type MadeKey, makeKey } from '../signing/made-key.js';
import { encodeSigned, NOTHING, signRoot } from '../signing/made-root.js';
import { codeOf, codeOfAsync } from '../throws-code.js';
import { compiler, keyringOf, makeProject, readTree } from './made-project.js';

t.teardown(() => compiler.close());

const [A, B, C] = [makeKey(), makeKey(), makeKey()];
const R0 = firstRoot(A.publicKey);
const after = (root: Root, by: MadeKey, change: Parameters<typeof signRoot>[1], ...others: MadeKey[]): Root =>
  parseRoot(signRoot(by, change, root, ...others));
/** A and B sign releases, and both are needed. */
const BOTH = after(R0, A, { add: [B.publicKey], threshold: 2 });

const bytesOf = (bdist: string, abi = 6) => readFileSync(headPath(bdist, abi));
const headOf = (bdist: string, abi = 6) => parseHead(bytesOf(bdist, abi)).head;
const trustOf = (...history: Root[]) => ({ history, current: history.at(-1) ?? R0 });

t.test(
  'the key is replaced: the same release, signed by the new key, and the way there beside it',
  async (t) => {
    const project = makeProject(t);
    const first = await project.publishBy(keyringOf(A));
    const before = headOf(project.bdist);
    const overlap = after(R0, A, { add: [B.publicKey] });
    const added = await project.publishBy(keyringOf(A, [R0, overlap], B));
    t.strictSame([added.isNew, added.isResigned], [false, true]);
    t.strictSame(
      headOf(project.bdist).keyIds,
      [A.signer.keyId, B.signer.keyId],
      'signed with all keys that are here',
    );
    t.equal(headOf(project.bdist).root, 1);
    t.equal(
      codeOf(() => verifyTrusted(bytesOf(project.bdist), R0)),
      'ok',
      'boards of yesterday take it',
    );

    const removed = after(overlap, A, { remove: [A.signer.keyId] }, B);
    const { release, isNew, isResigned } = await project.publishBy(keyringOf(B, [R0, overlap, removed]));
    t.strictSame([isNew, isResigned, release.number], [false, true, first.release.number]);
    const now = headOf(project.bdist);
    t.same(now.manifest, before.manifest, 'the same manifest');
    t.equal(now.created, before.created);
    t.strictSame([now.keyIds, now.root], [[B.signer.keyId], 2]);
    t.ok(readFileSync(join(project.bdist, 'root', '1')).equals(overlap.bytes));
    t.ok(readFileSync(join(project.bdist, 'root', '2')).equals(removed.bytes));
    t.same([...release.roots.keys()], [1, 2]);
    const tree = readTree(project.bdist);
    const again = await project.publishBy(keyringOf(B, [R0, overlap, removed]));
    t.notOk(again.isResigned);
    t.same(readTree(project.bdist), tree, 'once');
    t.equal((await verifyBdist(project.bdist, trustOf(R0, overlap, removed))).root.version, 2);
    t.same(
      (await verifyBdist(project.bdist, trustOf(R0))).warnings,
      [],
      'also for who has slept since the first one',
    );
  },
);

t.test('one key for another at once: still the same release', async (t) => {
  const project = makeProject(t);
  const first = await project.publishBy(keyringOf(A));
  const replaced = after(R0, A, { add: [B.publicKey], remove: [A.signer.keyId] }, B);
  const { release, isNew } = await project.publishBy(keyringOf(B, [R0, replaced]));
  t.strictSame(
    [isNew, release.number, headOf(project.bdist).keyIds],
    [false, first.release.number, [B.signer.keyId]],
  );
});

t.test('a new epoch: numbers begin anew, the release that is there stays as it is', async (t) => {
  const project = makeProject(t);
  await project.publishBy(keyringOf(A), { number: 4_000_000_000 });
  const epoch = after(R0, A, { newEpoch: true });
  const same = await project.publishBy(keyringOf(A, [R0, epoch]));
  t.strictSame([same.isNew, same.isResigned, same.release.number], [false, true, 4_000_000_000]);
  t.equal(headOf(project.bdist).epoch, 1);

  const other = makeProject(t);
  await other.publishBy(keyringOf(A), { number: 4_000_000_000 });
  other.write('page.html', 'new');
  const lower = await other.publishBy(keyringOf(A, [R0, epoch]));
  t.ok(lower.release.number < 2_000_000_000, `${lower.release.number}`);
});

t.test(
  'a release that needs two signatures: two computers, each with its own key and the same sources',
  async (t) => {
    const project = makeProject(t);
    t.equal(
      await codeOfAsync(() => project.publishBy(keyringOf(A, [R0, BOTH]))),
      'threshold_unmet',
      'not for a server',
    );
    await project.publishBy(keyringOf(A, [R0, BOTH]), { partly: true });
    t.strictSame(missingKeys(bytesOf(project.bdist)), [B.signer.keyId]);
    t.equal(
      codeOf(() => verifyTrusted(bytesOf(project.bdist), BOTH)),
      'signature_invalid',
      'boards refuse it so far',
    );
    const tree = readTree(project.bdist);
    await project.publishBy(keyringOf(A, [R0, BOTH]), { partly: true });
    t.same(readTree(project.bdist), tree, 'the first one again changes nothing');
    const { isNew, isResigned } = await project.publishBy(keyringOf(B, [R0, BOTH]));
    t.strictSame([isNew, isResigned], [false, true]);
    t.equal(
      codeOf(() => verifyTrusted(bytesOf(project.bdist), BOTH)),
      'ok',
    );
    t.equal((await verifyBdist(project.bdist, trustOf(R0, BOTH))).root.threshold, 2);
    const whole = readTree(project.bdist);
    await project.publishBy(keyringOf(A, [R0, BOTH]));
    t.same(readTree(project.bdist), whole, 'and nobody takes a signature away');

    project.write('page.html', 'changed by the second one');
    await project.publishBy(keyringOf(B, [R0, BOTH]), { partly: true });
    t.strictSame(missingKeys(bytesOf(project.bdist)), [A.signer.keyId], 'other sources are another release');
  },
);

t.test('the second signature without the sources', async (t) => {
  const project = makeProject(t);
  await project.publishBy(keyringOf(A, [R0, BOTH]), { partly: true });
  const pem = (name: string, key: MadeKey) => {
    writeFileSync(join(project.dir, name), key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return join(project.dir, name);
  };
  const tree = readTree(project.bdist);
  t.equal(await codeOfAsync(() => signOffline([project.bdist], [pem('c.pem', C)])), 'key_untrusted');
  t.equal(
    await codeOfAsync(() => signOffline([join(project.dir, 'device')], [pem('b.pem', B)])),
    'release_missing',
  );
  t.same(readTree(project.bdist), tree);
  const signed = await signOffline([project.bdist], [pem('b.pem', B)]);
  t.match(
    signedText(signed),
    `6/head is now signed by ${B.signer.keyId}.\n  release ${headOf(project.bdist).release}, epoch 0, ABI 6`,
  );
  t.equal((await verifyBdist(project.bdist, trustOf(R0, BOTH))).heads.length, 2);
  const one = await signOffline([headPath(project.bdist, 6)], [pem('a.pem', A)]);
  t.match(signedText(one), 'was signed already');
});

t.test('three keys, two signatures: who signs can be chosen', async (t) => {
  const project = makeProject(t);
  const three = parseRoot(
    encodeSigned(nextRoot(R0, { ...NOTHING, add: [B.publicKey, C.publicKey], threshold: 2 }), A),
  );
  await project.publishBy(keyringOf(B, [R0, three]), { partly: true });
  t.strictSame(
    headOf(project.bdist).keyIds,
    [A.signer.keyId, B.signer.keyId],
    'the first one of the file, if nobody says',
  );
  await project.publishBy(keyringOf(B, [R0, three]), { partly: true, cosigners: [C.signer.keyId] });
  t.strictSame(headOf(project.bdist).keyIds, [B.signer.keyId, C.signer.keyId]);
  await project.publishBy(keyringOf(C, [R0, three]));
  t.equal(
    codeOf(() => verifyTrusted(bytesOf(project.bdist), three)),
    'ok',
  );
  const stranger = makeKey().signer.keyId;
  t.equal(
    await codeOfAsync(() =>
      project.publishBy(keyringOf(A, [R0, three]), { partly: true, cosigners: [stranger] }),
    ),
    'key_untrusted',
  );
  const large = makeKey(3072);
  const mixed = parseRoot(
    encodeSigned(nextRoot(R0, { ...NOTHING, add: [large.publicKey], threshold: 2 }), A),
  );
  t.equal(
    await codeOfAsync(() => project.publishBy(keyringOf(A, [R0, mixed]), { partly: true })),
    'key_invalid',
  );
});

t.test('an expiry is renewed when half of it is over', async (t) => {
  const project = makeProject(t);
  const { release } = await project.publish({ expiresIn: 10 });
  const { expires = 0 } = headOf(project.bdist);
  t.ok(expires > release.number + 9.9 * 86_400 && expires < release.number + 10.1 * 86_400);
  t.notOk((await project.publish({ expiresIn: 10 })).isResigned);
  t.notOk((await project.publish({ expiresIn: 15 })).isResigned, 'more than half is left');
  const renewed = await project.publish({ expiresIn: 30 });
  t.strictSame([renewed.isNew, renewed.isResigned], [false, true]);
  t.equal(renewed.release.number, release.number);
  t.ok((headOf(project.bdist).expires ?? 0) > expires);
  t.ok((await project.publish({ expiresIn: 2 })).isResigned, 'a shorter one too');
  t.ok((await project.publish()).isResigned, 'and none');
  t.equal(headOf(project.bdist).expires, undefined);
});

t.test('a lower number, and what follows it', async (t) => {
  const project = makeProject(t);
  t.equal(
    await codeOfAsync(() => project.publish({ number: 5, downgrade: 0 })),
    'release_number',
    'from nothing',
  );
  await project.publish({ number: 4_000_000_000 });
  t.equal(
    await codeOfAsync(() => project.publish({ number: 4_000_000_000, downgrade: 0 })),
    'release_number',
  );
  const low = await project.publish({ number: 1000, downgrade: 0 });
  t.ok(low.isNew);
  t.strictSame([headOf(project.bdist).release, headOf(project.bdist).downgrade], [1000, 4_000_000_000]);
  t.notOk((await project.publish()).isResigned, 'a build changes nothing of it');
  t.equal(headOf(project.bdist).downgrade, 4_000_000_000);
  project.write('page.html', 'next');
  t.equal((await project.publish()).release.number, 4_000_000_001, 'boards refuse everything up to there');
  t.equal(headOf(project.bdist).downgrade, undefined);
  const named = await project.publish({ number: 7, downgrade: 4_100_000_000 });
  t.equal(named.release.number, 7);
  t.equal(headOf(project.bdist, 5).downgrade, 4_100_000_000);
});

t.test('what the owner accepts stands in the head', async (t) => {
  const project = makeProject(t);
  await project.publish();
  t.equal(headOf(project.bdist).inplace, undefined);
  project.configure({ inplace: true });
  t.ok((await project.publish()).isNew);
  t.equal(headOf(project.bdist).inplace, true);
  project.configure({ inplace: false });
  await project.publish();
  t.equal(headOf(project.bdist).inplace, undefined);
});

t.test("yesterday's trust does not publish over today's", async (t) => {
  const project = makeProject(t);
  const next = after(R0, A, { add: [B.publicKey] });
  await project.publishBy(keyringOf(A, [R0, next]));
  const tree = readTree(project.bdist);
  t.equal(await codeOfAsync(() => project.publishBy(keyringOf(A))), 'root_version');
  t.same(readTree(project.bdist), tree);
});

t.test('verify: every fault of the chain is found', async (t) => {
  const project = makeProject(t);
  const one = after(R0, A, { add: [B.publicKey] });
  const two = after(one, A, { newEpoch: true });
  await project.publishBy(keyringOf(A, [R0, one, two], B));
  const path = (version: number) => join(project.bdist, 'root', String(version));
  const forged = signRoot(C, { newEpoch: true }, firstRoot(C.publicKey));
  const faults: [string, string, () => void][] = [
    ['a file is missing', 'root_version', () => rmSync(path(1))],
    ['the last one is missing', 'root_version', () => rmSync(path(2))],
    [
      'one is edited',
      'signature_invalid',
      () => writeFileSync(path(1), one.bytes.toString('latin1').replace('\nepoch 0', '\nepoch 1'), 'latin1'),
    ],
    ['one is cut short', 'root_invalid', () => writeFileSync(path(2), two.bytes.subarray(0, 500))],
    ["somebody else's", 'wrong_key', () => writeFileSync(path(1), forged)],
    [
      'one that nobody announces',
      'epoch_wrong',
      () => writeFileSync(path(3), signRoot(A, { newEpoch: true }, two)),
    ],
    [
      'one that the head does not name',
      'root_version',
      () => writeFileSync(path(3), signRoot(A, { remove: [B.signer.keyId] }, two)),
    ],
    [
      'another one than is known here',
      'root_invalid',
      () => writeFileSync(path(2), signRoot(A, { newEpoch: true, remove: [B.signer.keyId] }, one)),
    ],
  ];
  const safe = join(project.dir, 'safe');
  cpSync(project.bdist, safe, { recursive: true });
  for (const [name, code, harm] of faults) {
    harm();
    t.equal(await codeOfAsync(() => verifyBdist(project.bdist, trustOf(R0, one, two))), code, name);
    rmSync(project.bdist, { recursive: true });
    cpSync(safe, project.bdist, { recursive: true });
  }
  t.equal((await verifyBdist(project.bdist, trustOf(R0, one, two))).root.version, 2);
});
