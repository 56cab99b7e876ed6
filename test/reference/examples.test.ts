/** The examples of docs/protocol.md are what it says: those who have only the text copy them. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parseHash } from '../../server/signing/fields.js';
import { parseFields } from '../../server/signing/head.js';
import { parseManifest } from '../../server/signing/manifest.js';

const text = readFileSync(fileURLToPath(new URL('../../../docs/protocol.md', import.meta.url)), 'utf8');
const blocks = [...text.matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
const block = (start: string): string => blocks.find((one) => one.startsWith(start)) ?? '';

t.test('the head and the manifest', async (t) => {
  const [lines = ''] = block('soft-ota 1 ').split('<256');
  t.equal(parseFields(Buffer.from(lines)).set.files, 34);
  t.strictSame(
    parseManifest(Buffer.from(block('main.py 8'))).map(({ path }) => path),
    ['main.py', 'plug/web.mpy'],
  );
});

t.test('the journal: each step has its own number, and hashes in their one spelling', async (t) => {
  const [first, ...steps] = block('soft-ota 2 ').trimEnd().split('\n');
  t.equal(first, 'soft-ota 2 trial');
  t.match(steps[0], /^=\d+ data\/bad - /, 'what will be bad comes first');
  for (const step of steps) {
    t.match(step, /^[-+!<=]\d+ \S+ \S+ \S+ \d+$/);
    for (const hash of step.split(' ').slice(2, 4)) t.ok(hash === '-' || parseHash(hash), hash);
  }
  t.equal(new Set(steps.map((step) => /\d+/.exec(step)?.[0])).size, steps.length);
});

t.test('the question: each field in the table, and in its form', async (t) => {
  const [, path = ''] = block('GET <base>/6/head?id=7').trimEnd().split(' ');
  const fields = new URLSearchParams(path.slice(path.indexOf('?')));
  for (const [name, value] of fields) {
    t.ok(text.includes(`| \`${name}\` |`), name);
    t.match(value, /^[A-Za-z0-9._,~-]{1,64}$/);
  }
});
