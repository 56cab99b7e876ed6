/** SIGKILL at any file-system call of a build, and of making keys. Processes killed at all of them, and at those of a cold build: npm run faults. */
import { join } from 'node:path';
import t from 'tap';
import { ensureKeys } from '../../server/keys/ensure.js';
import { makeFolder } from '../keys/folder.js';
import { codeOfAsync } from '../throws-code.js';
import { doNotSync } from './disk.js';
import { distinctSnapshots, loadSnapshots, writeSnapshot } from './folder-recorder.js';
import { killEverywhere, SCENARIOS, warmed } from './kill-publish.js';
import { filesIn, runIn } from './project-fixture.js';
import { isThorough, sample } from './sample.js';

const SEED = 4;
await doNotSync();

const cache = await warmed(join(makeFolder(t), 'warm'));
for (const scenario of SCENARIOS) {
  if (scenario.usual === 0 && !isThorough()) continue;
  t.test(`killed while publishing: ${scenario.name}`, async (t) => {
    const { points, killed, old, new: fresh, broken } = await killEverywhere(t, scenario, cache, SEED);
    t.comment(
      `${points} kill points, ${killed} processes killed, ${old} old, ${fresh} new, ${broken.length} broken`,
    );
    t.same(broken, []);
    t.ok(points >= Math.min(scenario.usual, 40) && killed > 0);
  });
}

/** Half a set of keys in a folder: the next try makes them, or finds them whole. @returns what is wrong */
async function makeKeys(place: string, expected: readonly string[]): Promise<string[]> {
  const made = await codeOfAsync(() => ensureKeys(join(place, 'keys')));
  const left = filesIn(place).filter((path) => !expected.includes(path));
  // The public half alone never comes first, and a draft that stays is hidden from git and written over.
  return made !== 'ok' || left.length > 1 ? [`${place}: ${made}, ${left}`] : [];
}

t.test('killed while keys are made: the next try makes them, or finds them whole', async (t) => {
  const dir = makeFolder(t);
  const [end, film] = [join(dir, 'end'), join(dir, 'film')];
  const { code, errors } = await runIn(end, 'keygen', { at: 0, torn: false, film });
  t.equal(code, 0, errors);
  const expected = filesIn(end);
  t.same(expected.length, 5, expected.join());
  const all = loadSnapshots(film);
  const scenes = sample(distinctSnapshots(all), isThorough() ? Number.POSITIVE_INFINITY : 6, SEED);
  const broken: string[] = [];
  for (const [i, scene] of scenes.entries()) {
    writeSnapshot(scene, join(dir, String(i)));
    broken.push(...(await makeKeys(join(dir, String(i)), expected)));
  }
  const place = join(dir, 'killed');
  const { signal } = await runIn(place, 'keygen', { at: all.length >> 1, torn: false });
  t.equal(signal, 'SIGKILL');
  broken.push(...(await makeKeys(place, expected)));
  t.comment(`${scenes.length} kill points, ${broken.length} broken`);
  t.same(broken, []);
});
