/** S1.19, S1.21: older releases, releases that were undone, and how a board goes on after them. */
import t from 'tap';
import { nextRoot } from '../../server/signing/next-root.js';
import { firstRoot } from '../../server/signing/root.js';
import { signHead } from '../../server/signing/sign.js';
import { encodeSigned, NOTHING } from '../signing/made-root.js';
import { A, type Attack, attacks, B, outcome, type Patch, Scene, type Signed } from './trust-scene.js';

const TRUST = 'ota/trust.py';
const ONLY_A = firstRoot(A.publicKey);
const HUGE = 4_000_000_000;

/** A board whose installed head says this, and a host with a head that says that. */
const between =
  (had: Signed, offered: Signed, bad?: Signed): Attack['begin'] =>
  async (scene) => {
    scene.offer([A], offered);
    const board = await scene.trusting(ONLY_A.bytes, [A], had);
    if (bad !== undefined) await board.lay('data/bad', signHead({ ...scene.fields, ...bad }, A.signer));
    return board;
  };

const NO_BAD: Patch = [TRUST, 'for path in "data/head", "data/bad":', 'for path in ("data/head",):'];

const ATTACKS: Attack[] = [
  {
    name: 'a lower number',
    code: 'rollback',
    without: [[TRUST, '(new < old or new <= closed)', 'False']],
    begin: between({ release: 1000 }, { release: 999 }),
  },
  {
    name: 'a downgrade for boards that have less',
    code: 'rollback',
    without: [[TRUST, 'may < seen', 'may < 1']],
    begin: between({ release: 1000 }, { release: 990, downgrade: 999 }),
  },
  {
    name: 'after a downgrade, what it has gone back from',
    code: 'rollback',
    without: [[TRUST, 'new <= closed', 'new < 0']],
    begin: between({ release: 990, downgrade: 1000 }, { release: 1000 }),
  },
  {
    name: 'after a downgrade, the head of the same release from before it',
    code: 'rollback',
    without: [[TRUST, 'new <= closed', 'new < 0']],
    begin: async (scene) => {
      const { manifest, set } = scene.old;
      return between({ release: 990, downgrade: 1000 }, { release: 990, manifest, set })(scene);
    },
  },
  {
    name: 'the same number, other content',
    code: 'same_number',
    without: [[TRUST, 'was["manifest"] != h["manifest"]', 'False']],
    begin: between({ release: 1000 }, { release: 1000 }),
  },
  {
    name: 'a release that was undone',
    code: 'release_bad',
    without: [NO_BAD],
    begin: between({}, { release: 1005 }, { release: 1005 }),
  },
  {
    name: 'one between the installed and the undone release',
    code: 'rollback',
    without: [NO_BAD],
    begin: between({}, { release: 1004 }, { release: 1005 }),
  },
];

attacks(t, ATTACKS);

t.test('what is right is taken', async (t) => {
  const scene = await Scene.make(t);
  const cases: [string, Attack['begin']][] = [
    ['a downgrade for this board', between({}, { release: 990, downgrade: 1000 })],
    ['a release above what a downgrade closed', between({ downgrade: 1005 }, { release: 1006 })],
    ['a release above the one that was undone', between({}, { release: 1006 }, { release: 1005 })],
    [
      'a lower one after that, where the owner says so',
      between({}, { release: 990, downgrade: 1005 }, { release: 1005 }),
    ],
    ['an undone release of another epoch does not count', between({}, {}, { release: 1005, epoch: 1 })],
  ];
  for (const [name, begin] of cases) {
    const board = await begin(scene);
    t.equal(await outcome(board), 'installed', name);
  }
});

t.test('a damaged head of an undone release closes nothing', async (t) => {
  const scene = await Scene.make(t);
  const board = await between({}, { release: 1004 }, { release: 1005 })(scene);
  const bad = await board.read('data/bad');
  bad[bad.length - 1] = ~(bad.at(-1) ?? 0) & 255;
  await board.lay('data/bad', bad);
  t.equal(await outcome(board), 'installed');
});

t.test('fast-forward: a stolen key has signed a huge number, and a new epoch ends that', async (t) => {
  const change = { ...NOTHING, add: [B.publicKey], remove: [A.signer.keyId], newEpoch: true };
  const root = encodeSigned(nextRoot(ONLY_A, change), A, B);
  const stuck = async (scene: Scene) => {
    const board = await scene.trusting(ONLY_A.bytes, [A], { release: HUGE });
    scene.offer([B], { epoch: 1, root: 1 }, [root]);
    return board;
  };
  const scene = await Scene.make(t);
  const board = await stuck(scene);
  t.equal(await outcome(board), 'installed');
  scene.offer([A], { release: HUGE + 1 });
  t.equal(await outcome(board), 'wrong_key', 'the thief is out');
  scene.offer([B], { release: 1000, epoch: 1 });
  t.equal(await outcome(board), 'rollback', 'numbers count in the new epoch as in the old one');

  const same = await Scene.make(t, [[TRUST, 'if was["epoch"] != h["epoch"]:', 'if not was:']]);
  t.equal(await outcome(await stuck(same)), 'rollback', 'a client without epochs is lost');
});
