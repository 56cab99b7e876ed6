import t from 'tap';
import { tokenize } from '../../../server/build/lint/tokens.js';

/** The tokens of one kind, as text. */
function texts(source: string, kind: string): string[] {
  return tokenize(source)
    .filter((token) => token.kind === kind)
    .map(({ text }) => text);
}

t.test('strings are one token, whatever stands in them', async (t) => {
  t.strictSame(texts(`'a # b' "it's" r'\\n' b"x" rb'y'`, 'string'), [
    ...[`'a # b'`, `"it's"`, `r'\\n'`, `b"x"`, `rb'y'`],
  ]);
  t.strictSame(texts(`'it\\'s' + "x"`, 'string'), [`'it\\'s'`, `"x"`]);
  t.strictSame(texts('"""pow(1, 2, 3)\n\'\'\' # no comment\n"""\nx', 'string'), [
    '"""pow(1, 2, 3)\n\'\'\' # no comment\n"""',
  ]);
  t.strictSame(texts(`'open\nx = 1`, 'name'), ['x'], 'an unclosed one ends with its line');
  t.strictSame(texts(`"""open\nx = 1`, 'name'), [], 'an unclosed long one with the file');
});

t.test('expressions in f-strings are tokens, text and format are not', async (t) => {
  t.strictSame(texts(`f"a {b.c(d)} {{e}} {f!r:>{g}} {h:x} {i != j} {k['l:m']}"`, 'name'), [
    ...['b', 'c', 'd', 'f', 'g', 'h', 'i', 'j', 'k'],
  ]);
  t.strictSame(texts(`f"{a!r} {b!s:>4} {c != d}"`, 'conversion'), ['!r', '!s']);
  t.strictSame(texts(`"{a!r}"`, 'conversion'), [], 'no f, no field');
});

t.test('comments, numbers, operators', async (t) => {
  t.strictSame(texts('x = 1 # y = 2\n# z', 'comment'), ['# y = 2', '# z']);
  t.strictSame(texts('1 0xFFe1 1_000 1.5 .5 1e9 2j 0b11 1.', 'number'), [
    ...['1', '0xFFe1', '1_000', '1.5', '.5', '1e9', '2j', '0b11', '1.'],
  ]);
  t.strictSame(texts('a **= b // c -> d := e', 'op'), ['**=', '//', '->', ':=']);
});

t.test('a logical line goes on inside brackets and behind a backslash', async (t) => {
  t.equal(texts('f(1,\n  2)\n', 'end').length, 2);
  t.equal(texts('x = 1 + \\\n  2\n', 'end').length, 2);
  t.equal(texts('x = 1\ny = 2\n', 'end').length, 3);
});

t.test('what is no Python is no error', async (t) => {
  t.doesNotThrow(() => tokenize('§ ))) \u0000 ? \\ f"{'));
});
