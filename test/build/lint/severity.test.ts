/** What stops a build, what is only said, and what is no matter at all. */
import t from 'tap';
import { classifyFindings } from '../../../server/build/finding.js';
import { type LintOptions, lintTree } from '../../../server/build/lint/lint.js';

const ON: LintOptions = { esp8266: true, rulesOff: [] };

/** `line rule` of everything found in x.py, by what becomes of it when the compiler takes the file. */
async function found(source: string, options: LintOptions = ON) {
  const { errors, warnings } = classifyFindings(
    await lintTree(new Map([['x.py', source]]), options),
    new Set(),
  );
  const short = ({ line, rule }: { line: number; rule: string }) => `${line} ${rule}`;
  return { errors: errors.map(short), warnings: warnings.map(short) };
}

const STYLE: Record<string, string> = {
  E722: 'try:\n    pass\nexcept:\n    pass\n',
  F401: 'import time\n',
  F841: 'def f():\n    x = 1\n',
  F403: 'from time import *\n',
  F405: 'from time import *\nsleep(1)\n',
  B006: 'def read(bus, buf=[]):\n    return buf\n',
  B008: 'def read(bus, buf=bytearray(2)):\n    return buf\n',
  B018: '[1]\n',
  W605: 'x = "\\d"\n',
  E711: 'x = 1\nif x == None:\n    pass\n',
};
for (const [rule, source] of Object.entries(STYLE)) {
  t.test(`${rule} is said and stops nothing`, async (t) => {
    const { errors, warnings } = await found(source);
    t.strictSame(errors, []);
    t.match(warnings.join(' '), rule);
  });
}

const FAULTS: Record<string, string> = {
  F821: 'print(missing)\n',
  F823: 'x = 1\n\n\ndef f():\n    print(x)\n    x = 2\n    return x\n',
  F507: 'print("%d %d" % (1,))\n',
  F524: 'print("{} {}".format(1))\n',
  B016: 'raise "no"\n',
  ESP003: '"".splitlines()\n',
};
for (const [rule, source] of Object.entries(FAULTS)) {
  t.test(`${rule} stops a build`, async (t) => t.match((await found(source)).errors.join(' '), rule));
}

t.test('assembler and PIO are no Python, and their decorators need no import', async (t) => {
  const source = [
    'from rp2 import PIO, asm_pio',
    'import rp2',
    '',
    '',
    '@micropython.asm_thumb',
    'def blink(r0):',
    '    mov(r1, r0)',
    '    label(LOOP)',
    '    data(2, 3)',
    '    b(LOOP)',
    '',
    '',
    '@rp2.asm_pio(set_init=PIO.OUT_LOW)',
    'def pulse():',
    '    wrap_target()',
    '    set(pins, 1) [31]',
    '    nop() .side(1)',
    '    wrap()',
    '',
    '',
    '@asm_pio()',
    'def other(): nop() [3]',
    '',
    '',
    'class Fast:',
    '    @micropython.native',
    '    def sum(self, a):',
    '        return a + late',
    '',
    '    @micropython.viper',
    '    def poke(self, p: ptr8, q: ptr16, r: ptr32) -> uint:',
    '        return uint(p[0] + q[0] + r[0])',
    '',
    '',
    'micropython.mem_info()',
    'mov(1, 2)',
    '',
  ].join('\n');
  const { errors, warnings } = await found(source, { ...ON, esp8266: false });
  t.strictSame(errors, ['28 F821', '35 F821', '36 F821'], 'what raises on a board is found beside them');
  t.strictSame(warnings, []);
});

t.test('grammar is the compiler’s affair: ruff’s refusal counts when it refuses, too', async (t) => {
  const newer = "a = {'b': 1}\nc = f'{a['b']}' f'{a!r}'\nd = rf'{a}'\n";
  t.strictSame((await found(newer)).errors, []);
  const findings = await lintTree(new Map([['x.py', 'def f(:\n    pass\n']]), ON);
  t.match(classifyFindings(findings, new Set()), { errors: [], warnings: [{ rule: 'invalid-syntax' }] });
  t.match(classifyFindings(findings, new Set(['x.py'])), { errors: [{ rule: 'invalid-syntax', line: 1 }] });
});

t.test('folders that are not the project’s own are left alone', async (t) => {
  const sources = new Map([
    ['lib/vendor/x.py', 'print(missing)\n'],
    ['x.py', 'print(missing)\n'],
  ]);
  const files = async (options: LintOptions) => (await lintTree(sources, options)).map(({ file }) => file);
  t.strictSame(await files(ON), ['lib/vendor/x.py', 'x.py']);
  t.strictSame(await files({ ...ON, lint: { off: ['lib/**'] } }), ['x.py']);
});

t.test('a program with the client that never confirms', async (t) => {
  const lint = async (own: Record<string, string>, rulesOff: string[] = []) => {
    const client = { 'ota/__init__.py': 'def confirm():\n    pass\n' };
    const all = new Map(Object.entries({ ...client, ...own }));
    const findings = await lintTree(all, { ...ON, rulesOff });
    return findings.map(({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`);
  };
  const main = 'import ota\n\nota.run()\n';
  t.strictSame(await lint({ 'main.py': `\n${main}` }), ['main.py:2:8 OTA001']);
  t.strictSame(await lint({ 'main.py': `# ota.confirm()\n${main}` }), ['main.py:2:8 OTA001'], 'in a comment');
  t.strictSame(await lint({ 'main.py': main }, ['OTA001']), []);
  t.strictSame(await lint({ 'main.py': main.replace('ota\n', 'ota  # ota: allow OTA001\n') }), []);
  t.strictSame(await lint({ 'main.py': `${main}ota.confirm()\n` }), []);
  t.strictSame(await lint({ 'main.py': main, 'app.py': 'from ota import confirm as ok\n\nok()\n' }), []);
  t.strictSame(await lint({ 'main.py': 'print(1)\n' }), [], 'a program that does without');
});
