/** What a board says under the names that it knows is read in those of the sources. */
import t from 'tap';
import { inSourceNames } from '../../../server/build/minify/last-words.js';
import { BuildState } from '../../../server/release/build-state.js';
import { enrolled, MASTER, makeServer } from '../../http/made-server.js';
import { makeTestRelease } from '../../release/made-release.js';

const NAMES = new Map([
  ['turn', 'callable'],
  ['until', 'feed'],
]);

t.test('functions, attributes, names and arguments', async (t) => {
  const cases: [string, string][] = [
    ['File "house.py", line 1, in callable File "a.py", line 20, in feed ValueError: boom', 'in turn'],
    ["AttributeError: 'House' object has no attribute 'callable'", "attribute 'turn'"],
    ["AttributeError: 'callable' object has no attribute 'x'", "'turn' object"],
    ["NameError: name 'callable' isn't defined", "name 'turn'"],
    ["TypeError: unexpected keyword argument 'callable'", "argument 'turn'"],
    ["ImportError: can't import name callable", 'import name turn'],
  ];
  for (const [said, part] of cases) t.ok(inSourceNames(said, NAMES).includes(part), said);
  t.match(inSourceNames(cases[0]?.[0] ?? '', NAMES), 'in until ValueError: boom');
});

t.test('other words stay, and all of them where nothing was renamed', async (t) => {
  const said = 'File "callable.py", line 2, in begin OSError: callable feed';
  t.equal(inSourceNames(said, NAMES), said);
  t.equal(inSourceNames('line 1, in callable', new Map()), 'line 1, in callable');
});

t.test('the log line and the report have the names of the sources', async (t) => {
  const build = Object.assign(new BuildState(), { names: NAMES });
  const release = makeTestRelease({ 'a.txt': 'a' }, { number: 50 });
  const { base, lines } = await makeServer(t, release, { master: MASTER, build });
  const error = encodeURIComponent('File "house.py", line 1, in callable');
  await fetch(base + enrolled('a', `have=49&bad=50&error=${error}`));
  t.match(lines.find(({ msg }) => msg === 'device undid release')?.error, /in turn$/);
});
