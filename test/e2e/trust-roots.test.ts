/** S1.19: how trust changes, step by step; on the real client and on ones whose check is gone. */
import type { Socket } from 'node:net';
import t from 'tap';
import type { RootChange } from '../../server/signing/next-root.js';
import { nextRoot } from '../../server/signing/next-root.js';
import { encodeRoot, firstRoot, parseRoot, type RootFields } from '../../server/signing/root.js';
import type { MadeKey } from '../signing/made-key.js';
import { encodeSigned, NOTHING } from '../signing/made-root.js';
import { A, type Attack, attacks, B, C, D, E, GONE, outcome, Scene, TRUST } from './trust-scene.js';

/** Where a board follows the root files. */
const FOLLOW = 'ota/form.py';
const FIRST = firstRoot(A.publicKey);

const change = (current: RootFields, what: Partial<RootChange>) => nextRoot(current, { ...NOTHING, ...what });
/** One key goes and another comes: both have signed that. */
const handover = (current: RootFields, from: MadeKey, to: MadeKey): Buffer =>
  encodeSigned(change(current, { add: [to.publicKey], remove: [from.signer.keyId] }), from, to);

const A_TO_B = handover(FIRST, A, B);
const WITH_B = change(FIRST, { add: [B.publicKey] });

/** A board that trusts A alone is offered a head of B, and this as the way there. */
const offered =
  (root: Buffer, said = {}): Attack['begin'] =>
  async (scene) => {
    scene.offer([B], { root: 1, ...said }, [root]);
    return scene.trusting(FIRST.bytes, [A]);
  };

const ATTACKS: Attack[] = [
  {
    name: 'a head of a key that was revoked, by a board that did not know it yet',
    code: 'wrong_key',
    without: [[TRUST, '        path = follow(http, path)\n', '        follow(http, path)\n']],
    begin: async (scene) => {
      scene.offer([A], { root: 1 }, [A_TO_B]);
      return scene.trusting(FIRST.bytes, [A]);
    },
  },
  {
    name: 'a head of a key that was revoked, by a board that knows it',
    code: 'wrong_key',
    without: [GONE.named],
    begin: async (scene) => {
      scene.offer([A]);
      return scene.trusting(A_TO_B, [B]);
    },
  },
  {
    name: 'a version that skips one',
    code: 'root_version',
    without: [[FOLLOW, 'found[0] != version + 1', 'False']],
    begin: offered(encodeSigned({ ...WITH_B, version: 2 }, A)),
  },
  {
    name: 'a root file that the old root key has not signed',
    code: 'wrong_key',
    without: [[FOLLOW, 'for trust in old, path:', 'for trust in (old, path)[1:]:']],
    begin: offered(encodeSigned(change(FIRST, { add: [B.publicKey], remove: [A.signer.keyId] }), B)),
  },
  {
    name: 'a root file that its own root key has not signed',
    code: 'wrong_key',
    without: [[FOLLOW, 'for trust in old, path:', 'for trust in (old, path)[:1]:']],
    begin: offered(encodeSigned(change(FIRST, { add: [B.publicKey], remove: [A.signer.keyId] }), A)),
  },
  {
    name: 'a root file that a release key has signed',
    code: 'wrong_key',
    without: [GONE.role],
    begin: async (scene) => {
      const guarded = change(FIRST, { addRoot: [C.publicKey] });
      scene.offer([B], { root: 2 }, [A_TO_B, encodeSigned(change(guarded, { add: [B.publicKey] }), A)]);
      return scene.trusting(encodeSigned(guarded, A, C), [A]);
    },
  },
  {
    name: 'a wrong signature of a root key beside a right one',
    code: 'signature_invalid',
    without: [GONE.each],
    begin: async (scene) => {
      const two = change(FIRST, { add: [C.publicKey] });
      const root = encodeSigned(change(two, { add: [B.publicKey] }), A, C);
      root.fill(0, root.length - 256);
      scene.offer([B], { root: 2 }, [A_TO_B, root]);
      return scene.trusting(encodeSigned(two, A), [A]);
    },
  },
  {
    name: 'an epoch that goes back',
    code: 'epoch_wrong',
    without: [[FOLLOW, 'found[1] < epoch', 'False']],
    begin: async (scene) => {
      const current = { ...FIRST, epoch: 2 };
      scene.offer([B], { root: 1 }, [encodeSigned({ ...WITH_B, epoch: 0 }, A)]);
      return scene.trusting(encodeRoot(current, []), [A]);
    },
  },
];

attacks(t, ATTACKS);

t.test('five rotations slept through, and then the head that they lead to', async (t) => {
  const scene = await Scene.make(t);
  const board = await scene.trusting(FIRST.bytes, [A]);
  const roots: Buffer[] = [];
  let current: RootFields = FIRST;
  for (const [from, to] of [
    [A, B],
    [B, C],
    [C, D],
    [D, E],
    [E, B],
  ] as const) {
    roots.push(handover(current, from, to));
    current = parseRoot(roots.at(-1) ?? Buffer.alloc(0));
  }
  scene.offer([B], { root: 5 }, roots);
  t.equal(await outcome(board), 'installed');
  t.strictSame(scene.host.asked.slice(0, 7), [
    '/6/head',
    '/root/1',
    '/root/2',
    '/root/3',
    '/root/4',
    '/root/5',
    '/root/6',
  ]);
  t.ok((await board.read('data/anchors')).equals(roots.at(-1) ?? FIRST.bytes), 'the fifth one is trusted');
  scene.host.asked.length = 0;
  t.equal(await outcome(board), 'current');
  t.strictSame(scene.host.asked, ['/6/head'], 'and nothing more is asked');
});

t.test('trust comes with the head that it proves, or not at all', async (t) => {
  const scene = await Scene.make(t);
  const board = await scene.trusting(FIRST.bytes, [A]);
  scene.offer([C], { root: 1 }, [A_TO_B]);
  t.equal(await outcome(board), 'wrong_key');
  t.ok((await board.read('data/anchors')).equals(FIRST.bytes));
  scene.offer([B], { root: 1, boards: ['other'] }, [A_TO_B]);
  t.equal(await outcome(board), 'board_unknown');
  t.ok((await board.read('data/anchors')).equals(FIRST.bytes));
});

t.test('a host that holds root files back: what its head is signed with counts', async (t) => {
  const scene = await Scene.make(t);
  scene.offer([A], { root: 3 });
  t.equal(await outcome(await scene.trusting(FIRST.bytes, [A])), 'installed', 'by a key that is trusted');
  scene.offer([B], { root: 1 });
  t.equal(await outcome(await scene.trusting(FIRST.bytes, [A])), 'wrong_key', 'by one that would be');
  t.strictSame(scene.host.asked, ['/6/head', '/root/1']);
});

t.test('a root file that is signed anew by a head of the same release: nothing is fetched', async (t) => {
  const scene = await Scene.make(t);
  const board = await scene.trusting(FIRST.bytes, [A]);
  scene.offer([A]);
  t.equal(await outcome(board), 'installed');
  const head = scene.offer([B], { root: 1 }, [A_TO_B]);
  t.equal(await outcome(board), 'installed');
  t.strictSame(scene.host.asked, ['/6/head', '/root/1', '/root/2']);
  t.ok((await board.read('data/head')).equals(head));
  t.ok((await board.read('data/anchors')).equals(A_TO_B));
  t.equal(await outcome(board), 'current');
});

t.test('endless data for a root file is not written to flash', async (t) => {
  const endless = (said: string) => (socket: Socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${said}\r\n\r\n`);
    socket.write(A_TO_B);
    for (let i = 0; i < 60; i++) socket.write(Buffer.alloc(1000, 7));
  };
  const written = async (scene: Scene, said: string): Promise<[string, number]> => {
    const board = await scene.trusting(FIRST.bytes, [A]);
    const head = scene.offer([B], { root: 1 });
    scene.host.tamper = (path) => (path.endsWith('head') ? head : endless(said));
    await outcome(board);
    return [await outcome(board), board.counters.bytesWritten];
  };
  const real = await Scene.make(t);
  for (const said of ['Content-Length: 4097', 'Content-Length: 0'])
    t.strictSame(await written(real, said), ['root_invalid', 0], said);
  t.strictSame(await written(real, 'X: y'), ['answer', 0], 'no length');
  const lax = await Scene.make(t, [[FOLLOW, 'not 0 < http.left <= 4096', 'http.left < 0']]);
  t.ok((await written(lax, 'Content-Length: 60000'))[1] >= 60_000, 'without the check it is');
});
