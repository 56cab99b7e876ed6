/** What is taken out of the guard changes nothing of the program: both compile to the same bytes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { strip, stripLines } from '../../../server/build/compile/strip.js';
import { compiler } from './building.js';

const ROOT = new URL('../../../../', import.meta.url).pathname;
t.teardown(() => compiler.close());

/** Without line numbers, which do change. */
const compiled = (source: string): Promise<Buffer> =>
  compiler.compile({
    abi: 6,
    path: 'guard.py',
    source: Buffer.from(`# ota: -O3\n${source}`),
    checkOnly: false,
  });

for (const path of ['boot.py', 'rescue/guard.py']) {
  t.test(`${path} is the same program in fewer bytes`, async (t) => {
    const source = readFileSync(join(ROOT, 'device', path), 'utf8');
    const bare = strip(Buffer.from(source)).toString();
    t.ok(bare.length < source.length * 0.8, `${source.length} → ${bare.length} bytes`);
    t.ok((await compiled(source)).equals(await compiled(bare)));
  });
}

t.test('a # in a string stays, and what spans lines is left alone', async (t) => {
  const strings = `x = "a # b" + '#\\'' # away\nif x:\n    # away\n\n    print(x, "it's # here")  # away\n`;
  const bare = `x = "a # b" + '#\\''\nif x:\n print(x, "it's # here")\n`;
  t.equal(strip(Buffer.from(strings)).toString(), bare);
  for (const whole of ['x = """\n    # text\n"""\n', 'x = 1 + \\\n    2  # sum\n', 'if x:\n  y = 1  # two\n'])
    t.equal(strip(Buffer.from(whole)).toString(), whole);
});

t.test('main.py keeps its lines where they are', async (t) => {
  const source = readFileSync(join(ROOT, 'device', 'main.py'), 'utf8');
  const bare = stripLines(Buffer.from(source)).toString();
  t.ok(bare.length < source.length * 0.8, `${source.length} → ${bare.length} bytes`);
  t.ok((await compiled(source)).equals(await compiled(bare)));
  const line = (text: string) => text.split('\n').findIndex((each) => each.includes('house.run()'));
  t.equal(line(bare), line(source));
});
