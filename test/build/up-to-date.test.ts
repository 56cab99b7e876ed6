/** `npm run build` a second time: it has nothing to do only when truly nothing has changed. */
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { upToDateBuild } from '../../server/build/up-to-date.js';
import { blobPath, headPath, statePath } from '../../server/release/layout.js';
import { makeFolder } from '../keys/folder.js';
import { writeReadyKeys } from '../keys/ready.js';
import { makeProject, runScript, write } from '../process/made-project.js';
import { readTree } from '../release/made-project.js';

const KEYS = join(makeFolder(t), 'keys');
await writeReadyKeys(KEYS);
const here = process.cwd();
t.teardown(() => process.chdir(here));

const BUILT = makeProject(t, KEYS);
t.match(runScript('build', [], BUILT), { status: 0, stdout: /^Release \d+ in bdist/ });

/** A copy of a project that was built, with the working directory in it. */
function makeBuilt(t: Test): string {
  const dir = makeFolder(t);
  cpSync(BUILT, dir, { recursive: true });
  process.chdir(dir);
  return dir;
}

const isKnown = (flags: string[] = []) => upToDateBuild(flags) !== undefined;

t.test('what is remembered in another shape counts as nothing', async (t) => {
  const dir = makeBuilt(t);
  const file = join(dir, '.soft-ota', 'last-build.json');
  const good = JSON.parse(readFileSync(file, 'utf8'));
  t.ok(isKnown());
  const bad = [null, [], { flags: [] }, { ...good, places: {} }, { ...good, places: null }];
  for (const name of Object.keys(good.built)) bad.push({ ...good, built: { ...good.built, [name]: null } });
  for (const value of bad) {
    writeFileSync(file, JSON.stringify(value));
    t.notOk(isKnown(), JSON.stringify(value).slice(0, 80));
  }
  t.match(runScript('build', [], dir), { status: 0, stderr: '' });
});

t.test('nothing changed: it says so without looking further, again and again', async (t) => {
  const dir = makeBuilt(t);
  t.ok(isKnown());
  const before = readTree(dir);
  const { status, stdout } = runScript('build', [], dir);
  t.match(
    [status, stdout],
    [0, /^Nothing new: release \d+ stays in bdist, .*\n.*\n.*\n {2}0 compiled, \d+ remembered/],
  );
  t.same(readTree(dir), before, 'not a byte is written');
});

t.test('a number for content that is not new is not used, and that is said', async (t) => {
  const dir = makeBuilt(t);
  const said = () => runScript('build', ['--release', '4000000000'], dir).stdout;
  const text =
    /^Nothing new: release \d+ stays .*\n {2}--release 4000000000 was not used: a number is for new content/;
  t.match(said(), text);
  t.ok(isKnown(['--release', '4000000000']));
  t.match(said(), text, 'also when it is remembered');
  write(dir, 'new.py', 'X = 1\n');
  t.match(said(), /^Release 4000000000 in bdist.*\n {2}\.mpy/);
  t.notMatch(said(), 'not used', 'it is that release');
});

const CHANGES: Record<string, (dir: string) => void> = {
  'a source of the same length': (dir) => {
    const path = join(dir, 'device', 'main.py');
    writeFileSync(path, readFileSync(path, 'latin1').replace(/[a-z]/, 'z'));
  },
  'a new source': (dir) => write(dir, 'new.py', 'x = 1\n'),
  'a source less': (dir) => rmSync(join(dir, 'device', 'main.py')),
  'an ignore file': (dir) => write(dir, '.otaignore', '*.html\n'),
  'a project file': () => writeFileSync('soft-ota.json', '{"boards": ["s20"]}'),
  'another key': (dir) => appendFileSync(join(dir, 'keys', 'release.key.pem'), '\n'),
  'a key that others may read': (dir) => chmodSync(join(dir, 'keys', 'release.key.pem'), 0o644),
  'no key any more': (dir) => rmSync(join(dir, 'keys', 'release.key.pem')),
  'a head cut short': () => writeFileSync(headPath('bdist', 6), 'x'),
  'no release any more': () => rmSync('bdist', { recursive: true }),
  'something beside the blobs': () => writeFileSync(blobPath('bdist', '0'.repeat(64)), ''),
  'somebody at work': () => writeFileSync(statePath('bdist', 'lock'), `${process.pid}`),
  'a link': (dir) => symlinkSync('main.py', join(dir, 'device', 'link.py')),
  'a damaged memory': () => writeFileSync('.soft-ota/last-build.json', '{"flags": []'),
};

t.test('anything changed: it looks', async (t) => {
  for (const [what, change] of Object.entries(CHANGES)) {
    const dir = makeBuilt(t);
    t.ok(isKnown());
    change(dir);
    t.notOk(isKnown(), what);
  }
  makeBuilt(t);
  t.notOk(isKnown(['--release', '9']), 'other flags');
});

t.test('what a build finds changed, it puts right', async (t) => {
  const dir = makeBuilt(t);
  const before = readTree(join(dir, 'bdist'));
  appendFileSync(headPath('bdist', 6), 'x');
  const [blob = ''] = [...before.keys()].filter((path) => path.startsWith('blobs/'));
  writeFileSync(join(dir, 'bdist', blob), 'damaged');
  t.equal(runScript('build', [], dir).status, 0);
  t.not(readTree(join(dir, 'bdist')).get(blob)?.toString(), 'damaged');
  t.ok(isKnown());
});

t.test('a build that failed is not remembered', async (t) => {
  const dir = makeBuilt(t);
  mkdirSync(join(dir, 'device', 'sub'));
  write(dir, 'sub/a.py', 'def (:\n');
  t.match(runScript('build', [], dir), {
    status: 1,
    stderr: /^error source_syntax: device\/sub\/a\.py:1:5: /,
  });
  t.notOk(isKnown());
  t.match(runScript('build', [], dir), { status: 1, stderr: /^error source_syntax/ });
});
