import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { MacKey } from '../../server/signing/hmac.js';

t.test('S1.19 the same MAC as node:crypto, for any key and any text', async (t) => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  const key = fc.uint8Array({ maxLength: 64 });
  fc.assert(
    fc.property(key, bytes, (raw, message) => {
      const text = Buffer.from(message).toString('latin1');
      const wanted = createHmac('sha256', raw).update(message).digest('hex');
      return new MacKey(Buffer.from(raw)).mac(text, 'hex') === wanted;
    }),
    { numRuns: 500 },
  );
  for (const length of [16_383, 16_384, 16_385, 100_000]) {
    const wanted = createHmac('sha256', 'key').update('x'.repeat(length)).digest('hex');
    t.equal(new MacKey(Buffer.from('key')).mac('x'.repeat(length), 'hex'), wanted, `${length} bytes`);
  }
  t.throws(() => new MacKey(Buffer.alloc(65)), RangeError);
});
