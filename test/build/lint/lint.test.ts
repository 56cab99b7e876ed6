import { rm } from 'node:fs/promises';
import t from 'tap';
import { formatFinding } from '../../../server/build/finding.js';
import { type LintOptions, lintTree } from '../../../server/build/lint/lint.js';

const ON: LintOptions = { esp8266: true, rulesOff: [] };

/** `file:line:col rule` of everything found. */
async function places(sources: Record<string, string>, options: LintOptions = ON): Promise<string[]> {
  const findings = await lintTree(new Map(Object.entries(sources)), options);
  return findings.map(({ file, line, column, rule }) => `${file}:${line}:${column} ${rule}`);
}

t.test('S1.7 findings of both kinds, with their places, in order', async (t) => {
  const sources = {
    'b.py': 'x = "é"; y = x.splitlines()\n',
    'a.py': 'import os\n\n\ndef f():\n    return missing\n',
  };
  t.strictSame(await places(sources), ['a.py:1:8 F401', 'a.py:5:12 F821', 'b.py:1:16 ESP003']);
});

t.test('MicroPython is no fault: const, viper types, walrus, modules of boards', async (t) => {
  const source = [
    'import machine',
    'import micropython',
    'from micropython import const',
    '_X = const(3)',
    '@micropython.viper',
    'def f(p: ptr8, n: uint) -> int:',
    '    return int(p[0]) + int(n) + _X',
    'if (y := machine.freq()) > _X:',
    '    print(y)',
    'try:',
    '    f(b"", 1)',
    'except OSError as e:',
    '    raise ValueError(e)',
    '',
  ].join('\n');
  t.strictSame(await places({ 'x.py': source }), []);
});

t.test('__init__.py may import for others', async (t) => {
  t.strictSame(await places({ 'net/__init__.py': 'from .wifi import join\n' }), []);
});

t.test('a comment switches rules off for its line only', async (t) => {
  const source = 'a.splitlines()  # ota: allow ESP003\nb.splitlines()\nimport x, y # ota: allow F401, E401\n';
  t.strictSame(await places({ 'x.py': `a = b = ""\n${source}` }), ['x.py:3:3 ESP003']);
});

t.test('rules are switched off one by one, or those of the ESP8266 as a whole', async (t) => {
  const sources = { 'x.py': 'a = ""\na.splitlines()\na.partition(a)\nimport os\n' };
  t.strictSame(await places(sources, { esp8266: true, rulesOff: ['ESP003', 'F401'] }), ['x.py:3:3 ESP002']);
  t.strictSame(await places(sources, { esp8266: false, rulesOff: [] }), ['x.py:4:8 F401']);
});

t.test('modules of the project and of its lib/ are known', async (t) => {
  const own = { 'logging.py': '', 'lib/datetime.py': '', 'umqtt/simple.py': '' };
  const user = 'import logging, datetime\nimport umqtt.simple\nprint(logging, datetime, umqtt.simple)\n';
  t.strictSame(await places({ ...own, 'x.py': user }), []);
});

t.test('a syntax error is a finding as well', async (t) => {
  t.match(await places({ 'x.py': 'def f(:\n    pass\n' }), [/^x.py:1:\d+ /]);
});

t.test('a finding says what to write instead', async (t) => {
  const findings = await lintTree(new Map([['x.py', 'a = ""\na.splitlines()\nprint(a.partition(a))\n']]), ON);
  t.match(
    findings.map((one) => formatFinding(one)),
    [/^x.py:2:3 ESP003 .*write instead: split/, /^x.py:3:9 ESP002 /],
  );
});

t.test('findings are remembered, and known again after a change elsewhere', async (t) => {
  const cache = t.testdir();
  const options = { ...ON, cache };
  const sources = { 'x.py': 'a = ""\na.splitlines()\n', 'y.py': 'y = 1\n' };
  const first = await places(sources, options);
  t.strictSame(first, ['x.py:2:3 ESP003']);
  t.strictSame(await places(sources, options), first);
  t.strictSame(await places({ ...sources, 'y.py': 'y = ""\ny.partition(y)\n' }, options), [
    ...first,
    'y.py:2:3 ESP002',
  ]);
  t.strictSame(await places(sources, { ...options, rulesOff: ['ESP003'] }), []);
  t.strictSame(await places(sources, { ...options, esp8266: false }), []);
  await rm(cache, { recursive: true });
  t.strictSame(await places(sources, options), first);
});
