/** A power cut inside a rename from one folder to another, on each generation of littlefs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { BoardOptions } from '../../simulator/board.js';
import { world } from './world.js';

const FILES = { 'u/a': 'a', 'u/b': 'b', 'u/c/d': 'd', 'u/e': 'e', 'u/f': 'f', 'other/x': 'x' };
const INSIDE = 2;

const LOOK = `
import os
def no(f, *a):
    try: return f(*a) and 'there'
    except OSError as e: return e.errno
def read(p):
    try: return open(p).read()
    except OSError as e: return e.errno
def look(*names):
    print(sorted(os.listdir('u')), *[read('u/' + n) for n in names])
`;

/** A board whose power fails before its n-th operation, while it moves u/<name> to the root; then it runs `then`. */
async function cutInside(
  t: Test,
  name: string,
  then: string,
  options: Partial<BoardOptions>,
  cutAt = INSIDE,
) {
  const main = `import os\nif '${name}' in os.listdir('u') and 'moved' not in os.listdir():\n  os.rename('u/${name}', 'moved')\n${LOOK}${then}`;
  const faults = { cutAt };
  const { board, flash, run } = world(t, { ...FILES, 'main.py': main }, { faults, ...options });
  t.equal(await board.boot({ until: 'prompt' }), 'cut');
  faults.cutAt = 0;
  const lines = await run();
  return { flash, lines, board, run };
}

t.test('2.11: the next name is hidden until the first call that would change something', async (t) => {
  const then = `look('b', 'e'); print(no(os.stat, 'u/b'), no(os.stat, 'u/e')); print(no(os.rmdir, 'other'))\nlook('b', 'e')\n`;
  const { flash, lines, board } = await cutInside(t, 'a', then, { littlefs: '2.11' });
  t.same(lines, ["['c', 'e', 'f'] 2 e", '2 there', '39', "['b', 'c', 'e', 'f'] b e"]);
  t.equal(readFileSync(join(flash, 'moved'), 'utf8'), 'a');
  t.notOk(existsSync(`${flash}.moving`), 'it is over');
  await board.cut();
});

t.test('2.11: each call that would change something ends it, also one that fails', async (t) => {
  const calls = [
    "os.mkdir('other')",
    "os.remove('nothing')",
    "os.rename('nothing', 'u/b')",
    "open('nowhere/x', 'w')",
    "open('u/b', 'a').close()",
    "os.rmdir('other')",
  ];
  for (const call of calls) {
    const then = `look('b')\ntry: ${call}\nexcept OSError as e: print('failed')\nlook('b')\n`;
    const { lines } = await cutInside(t, 'a', then, { littlefs: '2.11' });
    t.equal(lines.at(0), "['c', 'e', 'f'] 2", call);
    t.equal(lines.at(-1), "['b', 'c', 'e', 'f'] b", call);
  }
});

t.test(
  '2.11: a folder is hidden with all that is in it, and stays so over boots that change nothing',
  async (t) => {
    const then = "look(); print(no(os.listdir, 'u/c'), no(os.stat, 'u/c/d'))\n";
    const { flash, lines, board, run } = await cutInside(t, 'b', then, { littlefs: '2.11' });
    const hidden = ["['a', 'e', 'f']", '2 2'];
    t.same(lines, hidden);
    await board.reset();
    await board.cut();
    t.same(await run(), hidden);
    t.same(readdirSync(join(flash, 'u')).sort(), ['a', 'c', 'e', 'f'], 'nothing is lost');
  },
);

t.test('2.11: behind the last name there is nothing to hide; boot.py can be what is hidden', async (t) => {
  const last = await cutInside(t, 'f', "look('a', 'e')\n", { littlefs: '2.11' });
  t.same(last.lines, ["['a', 'b', 'c', 'e'] a e"]);
  t.notOk(existsSync(`${last.flash}.moving`));
  const files = {
    a: 'a',
    'u/x': 'x',
    'boot.py': "print('boot')\n",
    'main.py': "import os\n'a' in os.listdir() and os.rename('a', 'u/a')\nprint(len(os.listdir()))\n",
  };
  const faults = { cutAt: INSIDE };
  const { board, run } = world(t, files, { faults, littlefs: '2.11' });
  t.equal(await board.boot({ until: 'prompt' }), 'cut');
  faults.cutAt = 0;
  t.same(await run(), ['2']);
});

t.test('2.8: nothing is hidden; 2.1: files read as others until the first change', async (t) => {
  const look = "look('a', 'b', 'e', 'f')\n";
  const fine = await cutInside(t, 'a', look, { littlefs: '2.8' });
  t.same(fine.lines, ["['b', 'c', 'e', 'f'] 2 b e f"]);
  const then = `${look}try: os.mkdir('u')\nexcept OSError: pass\n${look}`;
  const old = await cutInside(t, 'b', then, { littlefs: '2.1' });
  const names = "['a', 'c', 'e', 'f']";
  t.same(old.lines, [`${names} b 2 21 e`, `${names} a 2 e f`], 'a is what was moved, e a folder, f is e');
});

t.test('before the first commit nothing has moved, within a folder there is no between', async (t) => {
  const { lines } = await cutInside(t, 'a', "look('a', 'b')\n", { littlefs: '2.11' }, 1);
  t.same(lines, ["['b', 'c', 'e', 'f'] 2 b"], 'the second boot moves it');
  const main =
    "import os\nif 'z' not in os.listdir('u'): os.rename('u/a', 'u/z')\nopen('done', 'w').close()\n";
  const within = world(t, { ...FILES, 'main.py': main }, { faults: { cutAt: INSIDE }, littlefs: '2.11' });
  t.equal(await within.board.boot({ until: 'prompt' }), 'cut');
  t.notOk(existsSync(`${within.flash}.moving`));
  t.same(readdirSync(join(within.flash, 'u')).sort(), ['b', 'c', 'e', 'f', 'z']);
});
