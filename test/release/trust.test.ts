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
import { compiler, keyringOf, makeWorkshop, readTree } from './made-project.js';

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
    const shop = makeWorkshop(t);
    const first = await shop.publishBy(keyringOf(A));
    const before = headOf(shop.bdist);
    const overlap = after(R0, A, { add: [B.publicKey] });
    const added = await shop.publishBy(keyringOf(A, [R0, overlap], B));
    t.strictSame([added.isNew, added.isResigned], [false, true]);
    t.strictSame(
      headOf(shop.bdist).keyIds,
      [A.signer.keyId, B.signer.keyId],
      'signed with all keys that are here',
    );
    t.equal(headOf(shop.bdist).root, 1);
    t.equal(
      codeOf(() => verifyTrusted(bytesOf(shop.bdist), R0)),
      'ok',
      'boards of yesterday take it',
    );

    const removed = after(overlap, A, { remove: [A.signer.keyId] }, B);
    const { release, isNew, isResigned } = await shop.publishBy(keyringOf(B, [R0, overlap, removed]));
    t.strictSame([isNew, isResigned, release.number], [false, true, first.release.number]);
    const now = headOf(shop.bdist);
    t.same(now.manifest, before.manifest, 'the same manifest');
    t.equal(now.created, before.created);
    t.strictSame([now.keyIds, now.root], [[B.signer.keyId], 2]);
    t.ok(readFileSync(join(shop.bdist, 'root', '1')).equals(overlap.bytes));
    t.ok(readFileSync(join(shop.bdist, 'root', '2')).equals(removed.bytes));
    t.same([...release.roots.keys()], [1, 2]);
    const tree = readTree(shop.bdist);
    const again = await shop.publishBy(keyringOf(B, [R0, overlap, removed]));
    t.notOk(again.isResigned);
    t.same(readTree(shop.bdist), tree, 'once');
    t.equal((await verifyBdist(shop.bdist, trustOf(R0, overlap, removed))).root.version, 2);
    t.same(
      (await verifyBdist(shop.bdist, trustOf(R0))).warnings,
      [],
      'also for who has slept since the first one',
    );
  },
);

t.test('one key for another at once: still the same release', async (t) => {
  const shop = makeWorkshop(t);
  const first = await shop.publishBy(keyringOf(A));
  const replaced = after(R0, A, { add: [B.publicKey], remove: [A.signer.keyId] }, B);
  const { release, isNew } = await shop.publishBy(keyringOf(B, [R0, replaced]));
  t.strictSame(
    [isNew, release.number, headOf(shop.bdist).keyIds],
    [false, first.release.number, [B.signer.keyId]],
  );
});

t.test('a new epoch: numbers begin anew, the release that is there stays as it is', async (t) => {
  const shop = makeWorkshop(t);
  await shop.publishBy(keyringOf(A), { number: 4_000_000_000 });
  const epoch = after(R0, A, { newEpoch: true });
  const same = await shop.publishBy(keyringOf(A, [R0, epoch]));
  t.strictSame([same.isNew, same.isResigned, same.release.number], [false, true, 4_000_000_000]);
  t.equal(headOf(shop.bdist).epoch, 1);

  const other = makeWorkshop(t);
  await other.publishBy(keyringOf(A), { number: 4_000_000_000 });
  other.write('page.html', 'new');
  const lower = await other.publishBy(keyringOf(A, [R0, epoch]));
  t.ok(lower.release.number < 2_000_000_000, `${lower.release.number}`);
});

t.test(
  'a release that needs two signatures: two computers, each with its own key and the same sources',
  async (t) => {
    const shop = makeWorkshop(t);
    t.equal(
      await codeOfAsync(() => shop.publishBy(keyringOf(A, [R0, BOTH]))),
      'threshold_unmet',
      'not for a server',
    );
    await shop.publishBy(keyringOf(A, [R0, BOTH]), { partly: true });
    t.strictSame(missingKeys(bytesOf(shop.bdist)), [B.signer.keyId]);
    t.equal(
      codeOf(() => verifyTrusted(bytesOf(shop.bdist), BOTH)),
      'signature_invalid',
      'boards refuse it so far',
    );
    const tree = readTree(shop.bdist);
    await shop.publishBy(keyringOf(A, [R0, BOTH]), { partly: true });
    t.same(readTree(shop.bdist), tree, 'the first one again changes nothing');
    const { isNew, isResigned } = await shop.publishBy(keyringOf(B, [R0, BOTH]));
    t.strictSame([isNew, isResigned], [false, true]);
    t.equal(
      codeOf(() => verifyTrusted(bytesOf(shop.bdist), BOTH)),
      'ok',
    );
    t.equal((await verifyBdist(shop.bdist, trustOf(R0, BOTH))).root.threshold, 2);
    const whole = readTree(shop.bdist);
    await shop.publishBy(keyringOf(A, [R0, BOTH]));
    t.same(readTree(shop.bdist), whole, 'and nobody takes a signature away');

    shop.write('page.html', 'changed by the second one');
    await shop.publishBy(keyringOf(B, [R0, BOTH]), { partly: true });
    t.strictSame(missingKeys(bytesOf(shop.bdist)), [A.signer.keyId], 'other sources are another release');
  },
);

t.test('the second signature without the sources', async (t) => {
  const shop = makeWorkshop(t);
  await shop.publishBy(keyringOf(A, [R0, BOTH]), { partly: true });
  const pem = (name: string, key: MadeKey) => {
    writeFileSync(join(shop.dir, name), key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    return join(shop.dir, name);
  };
  const tree = readTree(shop.bdist);
  t.equal(await codeOfAsync(() => signOffline([shop.bdist], [pem('c.pem', C)])), 'key_untrusted');
  t.equal(
    await codeOfAsync(() => signOffline([join(shop.dir, 'device')], [pem('b.pem', B)])),
    'release_missing',
  );
  t.same(readTree(shop.bdist), tree);
  const signed = await signOffline([shop.bdist], [pem('b.pem', B)]);
  t.match(
    signedText(signed),
    `6/head is now signed by ${B.signer.keyId}.\n  release ${headOf(shop.bdist).release}, epoch 0, ABI 6`,
  );
  t.equal((await verifyBdist(shop.bdist, trustOf(R0, BOTH))).heads.length, 2);
  const one = await signOffline([headPath(shop.bdist, 6)], [pem('a.pem', A)]);
  t.match(signedText(one), 'was signed already');
});

t.test('three keys, two signatures: who signs can be chosen', async (t) => {
  const shop = makeWorkshop(t);
  const three = parseRoot(
    encodeSigned(nextRoot(R0, { ...NOTHING, add: [B.publicKey, C.publicKey], threshold: 2 }), A),
  );
  await shop.publishBy(keyringOf(B, [R0, three]), { partly: true });
  t.strictSame(
    headOf(shop.bdist).keyIds,
    [A.signer.keyId, B.signer.keyId],
    'the first one of the file, if nobody says',
  );
  await shop.publishBy(keyringOf(B, [R0, three]), { partly: true, cosigners: [C.signer.keyId] });
  t.strictSame(headOf(shop.bdist).keyIds, [B.signer.keyId, C.signer.keyId]);
  await shop.publishBy(keyringOf(C, [R0, three]));
  t.equal(
    codeOf(() => verifyTrusted(bytesOf(shop.bdist), three)),
    'ok',
  );
  const stranger = makeKey().signer.keyId;
  t.equal(
    await codeOfAsync(() =>
      shop.publishBy(keyringOf(A, [R0, three]), { partly: true, cosigners: [stranger] }),
    ),
    'key_untrusted',
  );
  const large = makeKey(3072);
  const mixed = parseRoot(
    encodeSigned(nextRoot(R0, { ...NOTHING, add: [large.publicKey], threshold: 2 }), A),
  );
  t.equal(
    await codeOfAsync(() => shop.publishBy(keyringOf(A, [R0, mixed]), { partly: true })),
    'key_invalid',
  );
});

t.test('an expiry is renewed when half of it is over', async (t) => {
  const shop = makeWorkshop(t);
  const { release } = await shop.publish({ expiresIn: 10 });
  const { expires = 0 } = headOf(shop.bdist);
  t.ok(expires > release.number + 9.9 * 86_400 && expires < release.number + 10.1 * 86_400);
  t.notOk((await shop.publish({ expiresIn: 10 })).isResigned);
  t.notOk((await shop.publish({ expiresIn: 15 })).isResigned, 'more than half is left');
  const renewed = await shop.publish({ expiresIn: 30 });
  t.strictSame([renewed.isNew, renewed.isResigned], [false, true]);
  t.equal(renewed.release.number, release.number);
  t.ok((headOf(shop.bdist).expires ?? 0) > expires);
  t.ok((await shop.publish({ expiresIn: 2 })).isResigned, 'a shorter one too');
  t.ok((await shop.publish()).isResigned, 'and none');
  t.equal(headOf(shop.bdist).expires, undefined);
});

t.test('a lower number, and what follows it', async (t) => {
  const shop = makeWorkshop(t);
  t.equal(
    await codeOfAsync(() => shop.publish({ number: 5, downgrade: 0 })),
    'release_number',
    'from nothing',
  );
  await shop.publish({ number: 4_000_000_000 });
  t.equal(await codeOfAsync(() => shop.publish({ number: 4_000_000_000, downgrade: 0 })), 'release_number');
  const low = await shop.publish({ number: 1000, downgrade: 0 });
  t.ok(low.isNew);
  t.strictSame([headOf(shop.bdist).release, headOf(shop.bdist).downgrade], [1000, 4_000_000_000]);
  t.notOk((await shop.publish()).isResigned, 'a build changes nothing of it');
  t.equal(headOf(shop.bdist).downgrade, 4_000_000_000);
  shop.write('page.html', 'next');
  t.equal((await shop.publish()).release.number, 4_000_000_001, 'boards refuse everything up to there');
  t.equal(headOf(shop.bdist).downgrade, undefined);
  const named = await shop.publish({ number: 7, downgrade: 4_100_000_000 });
  t.equal(named.release.number, 7);
  t.equal(headOf(shop.bdist, 5).downgrade, 4_100_000_000);
});

t.test('what the owner accepts stands in the head', async (t) => {
  const shop = makeWorkshop(t);
  await shop.publish();
  t.equal(headOf(shop.bdist).inplace, undefined);
  shop.project({ inplace: true });
  t.ok((await shop.publish()).isNew);
  t.equal(headOf(shop.bdist).inplace, true);
  shop.project({ inplace: false });
  await shop.publish();
  t.equal(headOf(shop.bdist).inplace, undefined);
});

t.test("yesterday's trust does not publish over today's", async (t) => {
  const shop = makeWorkshop(t);
  const next = after(R0, A, { add: [B.publicKey] });
  await shop.publishBy(keyringOf(A, [R0, next]));
  const tree = readTree(shop.bdist);
  t.equal(await codeOfAsync(() => shop.publishBy(keyringOf(A))), 'root_version');
  t.same(readTree(shop.bdist), tree);
});

t.test('verify: every fault of the chain is found', async (t) => {
  const shop = makeWorkshop(t);
  const one = after(R0, A, { add: [B.publicKey] });
  const two = after(one, A, { newEpoch: true });
  await shop.publishBy(keyringOf(A, [R0, one, two], B));
  const path = (version: number) => join(shop.bdist, 'root', String(version));
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
  const safe = join(shop.dir, 'safe');
  cpSync(shop.bdist, safe, { recursive: true });
  for (const [name, code, harm] of faults) {
    harm();
    t.equal(await codeOfAsync(() => verifyBdist(shop.bdist, trustOf(R0, one, two))), code, name);
    rmSync(shop.bdist, { recursive: true });
    cpSync(safe, shop.bdist, { recursive: true });
  }
  t.equal((await verifyBdist(shop.bdist, trustOf(R0, one, two))).root.version, 2);
});
