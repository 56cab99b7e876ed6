/** The reference follows root files as docs/protocol.md §10 says: eight in a boot, kept alone, and the rest with the head that they prove. */
import t from 'tap';
import { nextRoot } from '../../server/manifest/next-root.js';
import { firstRoot, parseRoot, type RootFields } from '../../server/manifest/root.js';
import { A, B, outcome, Scene } from '../e2e/trust-scene.js';
import { encodeSigned, NOTHING } from '../manifest/made-root.js';
import { reference } from './reference.js';

const COUNT = 9;
const PATHS = Array.from({ length: COUNT + 1 }, (_, i) => `/root/${i + 1}`);

/** Trust goes from A to B, to A, … */
function chain(first: RootFields): Buffer[] {
  const roots: Buffer[] = [];
  let current = first;
  for (let n = 0; n < COUNT; n++) {
    const [from, to] = n % 2 === 0 ? [A, B] : [B, A];
    const what = { ...NOTHING, add: [to.publicKey], remove: [from.signer.keyId] };
    const root = encodeSigned(nextRoot(current, what), from, to);
    roots.push(root);
    current = parseRoot(root);
  }
  return roots;
}

t.test('nine changes of trust slept through', async (t) => {
  const scene = await Scene.make(t);
  const first = firstRoot(A.publicKey);
  const board = await scene.trusting(first.bytes, [A]);
  const { flash } = board.options;
  const roots = chain(first);
  scene.offer([B], { root: COUNT }, roots);
  t.strictSame(await reference(flash, 'run'), ['not fresh', `refused root_behind ${COUNT - 1}`]);
  t.strictSame(await board.read('data/anchors'), roots.at(-2));
  t.strictSame(scene.host.asked, ['/6/head', ...PATHS.slice(0, 8)]);
  scene.host.asked.length = 0;
  t.strictSame(await reference(flash, 'run'), ['not fresh', 'installed']);
  t.strictSame(await board.read('data/anchors'), roots.at(-1));
  t.strictSame(scene.host.asked.slice(0, 3), ['/6/head', ...PATHS.slice(8)], 'until there is none');
  t.equal(await outcome(board), 'current', 'the device goes on with what it finds');
});
