/** Names of ours become words of the firmware, and no program notices. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { assigned, unmapped } from '../../../server/build/minify/assign.js';
import { namesOf } from '../../../server/build/minify/kept.js';
import { missingNames } from '../../../server/build/minify/missing.js';
import { MAP } from '../../../server/build/minify/names.js';
import { POOL } from '../../../server/build/minify/pool.js';
import { build, bytesOf, compiler } from '../compile/building.js';
import { type Program, programs, renamedBlindly, renamedProgram, say } from './programs.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
t.teardown(() => compiler.close());

t.test('random programs say the same under other names', async (t) => {
  const sample = fc.sample(programs, 100);
  const small = sample.map((program) => renamedProgram(program));
  const changed = small.filter((program, i) => program['one.py'] !== sample[i]?.['one.py']);
  t.ok(changed.length > 70, `${changed.length} are other text`);
  const [before, after] = [await say(sample), await say(small)];
  for (const [i, lines] of before.entries()) t.same(after[i], lines, JSON.stringify(small[i]));
  t.ok(before.filter((lines) => lines.length > 2).length > 60, 'most of them come to their end');
});

/** Each is broken by the name map alone, and spared by what the sources say. */
const SPARED: Record<string, { program: Program; name: string; keep?: string[]; breaks?: boolean }> = {
  'a name that getattr is given': {
    name: 'turn',
    program: { 'one.py': 'import told\nclass A:\n    turn = 3\ntold.say(getattr(A, "turn"))\n' },
  },
  'a class that is found by another word': {
    name: 'Web',
    program: {
      'one.py':
        'import told, two\nword = "web"\ntold.say(getattr(two, word[0].upper() + word[1:]).__name__ != "")\n',
      'two.py': 'class Web:\n    pass\n',
    },
  },
  'names in one string that is split': {
    name: 'turn',
    program: {
      'one.py': 'import told\nturn = 1\ntold.say([globals()[n] for n in "turn told".split()][0])\n',
    },
  },
  'a module, which is imported by its path': {
    name: 'two',
    program: { 'one.py': 'import told, two\ntold.say(two.x)\n', 'two.py': 'x = 4\n' },
  },
  'what a module of somebody else defines': {
    name: 'say',
    program: { 'one.py': 'import told\ntold.say(1)\n' },
  },
  'what a source uses that boards compile themselves': {
    name: 'turn',
    keep: ['one.py'],
    program: { 'one.py': 'import told\nfrom two import turn\ntold.say(turn)\n', 'two.py': 'turn = 2\n' },
  },
  "MicroPython's own attributes": {
    name: 'append',
    program: { 'one.py': 'import told\na = []\na.append(2)\ntold.say(a)\n' },
  },
  'names with two underscores': {
    name: '__init__',
    program: {
      'one.py': 'import told\nclass A:\n    def __init__(self):\n        self.x = 1\ntold.say(A().x)\n',
    },
  },
  'what a program says to ota': {
    name: 'confirm',
    breaks: false, // who says it is in no set: a program of another release
    program: { 'one.py': 'import told, sys\nsys.modules["told"].confirm = 4\ntold.say(told.confirm)\n' },
  },
};

for (const [what, { program, name, keep = [], breaks = true }] of Object.entries(SPARED)) {
  t.test(`${what} is left alone`, async (t) => {
    const small = renamedProgram(program, new Map([[name, 'callable']]), keep);
    t.same(small, program);
    const [said, careless] = await say([
      program,
      renamedBlindly(program, new Map([[name, 'callable']]), keep),
    ]);
    t.equal(said?.length, 1, 'it comes to its end');
    if (breaks) t.notSame(careless, said, 'and would not, if the name were changed');
  });
}

t.test('a word that a program uses itself is not given to another name', async (t) => {
  const program = { 'one.py': 'import told\ndef turn():\n    return callable(turn)\ntold.say(turn())\n' };
  t.same(renamedProgram(program, new Map([['turn', 'callable']])), program);
});

t.test('a source that the parser does not understand stays, and its names everywhere', async (t) => {
  const program = { 'one.py': 'turn = = 2\n', 'two.py': 'turn = 1\nleft = 2\n' };
  const small = renamedProgram(
    program,
    new Map([
      ['turn', 'callable'],
      ['left', 'sysname'],
    ]),
  );
  t.same(small, { 'one.py': 'turn = = 2\n', 'two.py': 'turn = 1\nsysname = 2\n' });
});

t.test('each line stays where it is', async (t) => {
  const text = 'def turn(event):  # turn\n    "turn"\n\n    return event.ready + f"{event} turn"\n';
  const map = new Map([
    ['turn', 'callable'],
    ['event', 'sysname'],
    ['ready', 'feed'],
  ]);
  t.same(renamedProgram({ 'one.py': text }, map), {
    'one.py': 'def callable(sysname):  # turn\n    "turn"\n\n    return sysname.feed + f"{sysname} turn"\n',
  });
});

t.test('a set is compiled so where its project wants it', async (t) => {
  const folder = t.testdir({ device: { 'main.py': 'import app\n', 'app.py': 'def turn():\n    pass\n' } });
  const [plain, small] = [await build(folder), await build(folder, { minify: true })];
  t.match(bytesOf(plain.sets[0], 'app.mpy').toString('latin1'), 'turn');
  t.notMatch(bytesOf(small.sets[0], 'app.mpy').toString('latin1'), 'turn');
  t.equal(bytesOf(small.sets[0], 'main.py').toString(), 'import app\n');
});

t.test('each private name of device/ that costs a board heap has a word: else npm run names', async (t) => {
  const { names } = await missingNames(`${ROOT}device`, compiler);
  t.same(names, [], 'npm run names gives them words');
});

t.test('the words are of the pool, each for one name', async (t) => {
  t.equal(new Set(MAP.values()).size, MAP.size);
  t.same(
    [...MAP.values()].filter((word) => !POOL.includes(word)),
    [],
  );
});

t.test('a new name gets a word that nobody has', async (t) => {
  const files = [{ path: 'one.py', bytes: Buffer.from('def turn(callable):\n    return brand_new\n') }];
  const set = namesOf(files, new Set());
  const names = unmapped(set, MAP, [['turn', 'brand_new', 'callable'], ['brand_new']]);
  t.same(names, ['brand_new']);
  const [, word = ''] = assigned(names, set, MAP)[0]?.split(' ') ?? [];
  t.ok(POOL.includes(word) && ![...MAP.values(), 'callable'].includes(word), word);
});

t.test('the simulator knows what each firmware knows', async (t) => {
  const text = readFileSync(`${ROOT}simulator/python/_rom.py`, 'utf8').replace(/^#.*$/gm, '');
  t.same(text.match(/\w+/g)?.slice(2), POOL);
});
