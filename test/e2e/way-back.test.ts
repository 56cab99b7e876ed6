/** Heads and root files after which a board could have no way back, in several boots: it asks again, and takes what is right. */
import t from 'tap';
import { nextRoot } from '../../server/signing/next-root.js';
import { firstRoot } from '../../server/signing/root.js';
import { encodeSigned, NOTHING } from '../signing/made-root.js';
import { set, wasRolledBack } from './rollback.js';
import { A, B, NEW, OLD, outcome, Scene } from './trust-scene.js';
import { named, refusal, TINY_MAIN } from './world.js';

const ONLY_A = firstRoot(A.publicKey);
const REMEDY = nextRoot(ONLY_A, { ...NOTHING, add: [B.publicKey], remove: [A.signer.keyId], newEpoch: true });
const ROOT = encodeSigned(REMEDY, A, B);
/** The release that is offered crashes on a board with this file. */
const MAIN = `import lib.b\n${TINY_MAIN.replace(
  'import socket\n',
  'import os\n\nif lib.b.x == 22 and "crash" in os.listdir():\n    raise ValueError("boom")\nimport socket\n',
)}`;

let scene: Scene;

t.before(async () => {
  scene = await Scene.make(t, [], { 'main.py': MAIN });
});

t.test(
  'the installed number in a new epoch, with other content that crashes: tried, and undone',
  async (t) => {
    const board = await scene.trusting(ONLY_A.bytes, [A]);
    await board.lay('crash', '');
    const old = set(board);
    scene.offer([B], { release: OLD, epoch: 1, root: 1 }, [ROOT]);
    const events = await board.powerOn();
    t.equal(named(events, 'installed').length, 1);
    t.match(refusal(events), { code: 'release_bad' }, 'nor is it taken again');
    wasRolledBack(t, board, old, OLD);
  },
);

t.test('a number of more than 32 bits is refused, and the remedy is asked for and taken', async (t) => {
  const board = await scene.trusting(ONLY_A.bytes, [A]);
  const head = scene.offer([A]).toString('latin1').split('\n\n')[0] ?? '';
  const body = Buffer.from(`${head.replace(`release ${NEW}`, `release ${2 ** 32}`)}\n\n`);
  const { tamper } = scene.host;
  scene.host.tamper = () => Buffer.concat([body, A.signer.sign(body)]);
  t.equal(await outcome(board), 'head_invalid');
  scene.host.tamper = tamper;
  scene.offer([B], { epoch: 1, root: 1 }, [ROOT]);
  t.equal(await outcome(board), 'installed');
});

t.test('twelve root files at once: eight in a boot, and the release with the rest in the next', async (t) => {
  const board = await scene.trusting(ONLY_A.bytes, [A]);
  const versions = Array.from({ length: 12 }, (_, i) => i + 1);
  const roots = versions.map((version) =>
    version < 12
      ? encodeSigned({ ...ONLY_A, version }, A)
      : encodeSigned({ ...REMEDY, epoch: 0, version }, A, B),
  );
  scene.offer([B], { root: 12 }, roots);
  t.equal(await outcome(board), 'root_behind');
  t.equal(await outcome(board), 'installed');
  const asked = scene.host.asked.filter((path) => path.startsWith('/root/'));
  const expected = [...versions, 13].map((version) => `/root/${version}`);
  t.strictSame(asked, expected, 'each once, and whether there is one more');
});
