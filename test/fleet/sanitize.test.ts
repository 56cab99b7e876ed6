import fc from 'fast-check';
import t from 'tap';
import { sanitize } from '../../server/fleet/sanitize.js';

t.test('S1.21 words of a device become one line that no terminal and no page obeys', async (t) => {
  t.equal(sanitize('MemoryError: memory allocation failed'), 'MemoryError: memory allocation failed');
  t.equal(sanitize('  File "main.py", line 3\r\n\tValueError\0'), 'File "main.py", line 3 ValueError');
  t.equal(sanitize('\x1b[31mred\x1b[0m \x07\x7f\x9b2J'), '[31mred [0m 2J');
  t.equal(sanitize('abc\u202edcb\u2066\u200f\ufeff\u2028x'), 'abc dcb x');
  t.equal(sanitize('größer 温度 🔥'), 'größer 温度 🔥');
  t.equal([...sanitize('🔥'.repeat(300))].length, 200, 'no half characters');
  t.equal(sanitize('\ud800a\udfff'), 'a');
  t.equal(sanitize(''), '');
});

t.test('S1.21 whatever comes', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 600 });
  fc.assert(
    fc.property(text, (said) => {
      const line = sanitize(said);
      return !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(line) && [...line].length <= 200;
    }),
    { numRuns: 2000 },
  );
});
