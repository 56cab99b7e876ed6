/** S1.19 and the attack "key compromise": whose signatures a head needs, on the real client and on ones whose check is gone. */
import t from 'tap';
import { firstRoot, type RootFields } from '../../server/signing/root.js';
import { encodeSigned } from '../signing/made-root.js';
import { A, type Attack, attacks, B, C, GONE, outcome, Scene, TRUST } from './trust-scene.js';

const ONLY_A = firstRoot(A.publicKey).bytes;
const GUARDED = root(1, ['root', A], ['release', B]);
const TWO = root(2, ['both', A], ['release', B], ['release', C]);

function root(threshold: number, ...keys: [role: 'root' | 'release' | 'both', key: typeof A][]): Buffer {
  const fields: RootFields = {
    version: 1,
    epoch: 0,
    threshold,
    keys: keys.map(([role, { publicKey }]) => ({ ...publicKey, role })),
  };
  return encodeSigned(fields, A);
}

/** The signature of the first of two keys becomes zeros: its place is held, and it has not signed. */
function unsigned(head: Buffer): Buffer {
  return head.fill(0, head.length - 512, head.length - 256);
}

const ATTACKS: Attack[] = [
  {
    name: 'a key that nobody named',
    code: 'wrong_key',
    without: [GONE.named],
    begin: async (scene) => {
      scene.offer([B]);
      return scene.trusting(ONLY_A, [A]);
    },
  },
  {
    name: 'a key that signs root files only',
    code: 'wrong_key',
    without: [GONE.role],
    begin: async (scene) => {
      scene.offer([A]);
      return scene.trusting(GUARDED, [B]);
    },
  },
  {
    name: 'one signature where two are needed',
    code: 'threshold_unmet',
    without: [[TRUST, 'root or says(path)[2]', '0']],
    begin: async (scene) => {
      scene.offer([B]);
      return scene.trusting(TWO, [A, B]);
    },
  },
  {
    name: 'one key twice where two are needed',
    code: 'threshold_unmet',
    without: [
      [TRUST, 'ids[i] = 0', 'pass'],
      [TRUST, 'missing - 1', 'missing - ids.count(key)'],
    ],
    begin: async (scene) => {
      scene.offer([B, B]);
      return scene.trusting(TWO, [A, B]);
    },
  },
  {
    name: 'a right signature beside a wrong one of a trusted key',
    code: 'signature_invalid',
    without: [GONE.each],
    begin: async (scene) => {
      unsigned(scene.offer([B, A]));
      return scene.trusting(root(1, ['both', A], ['release', B]), [A]);
    },
  },
  {
    name: 'another epoch',
    code: 'epoch_wrong',
    without: [[TRUST, 'int(h["epoch"]) != epoch', 'False']],
    begin: async (scene) => {
      scene.offer([A], { epoch: 1 });
      return scene.trusting(ONLY_A, [A]);
    },
  },
];

attacks(t, ATTACKS);

t.test('what is right is taken: one key, two of three in any order, one beside a stranger', async (t) => {
  const scene = await Scene.make(t);
  const cases = [
    [ONLY_A, [A]],
    [ONLY_A, [B, A]],
    [GUARDED, [B]],
    [TWO, [C, A]],
    [TWO, [A, B, C]],
  ] as const;
  for (const [anchors, keys] of cases) {
    const board = await scene.trusting(anchors, [A]);
    scene.offer(keys);
    t.equal(await outcome(board), 'installed');
    t.ok((await board.read('data/anchors')).equals(anchors), 'trust is as it was');
  }
});
