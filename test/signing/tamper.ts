import fc from 'fast-check';
import type { Test } from 'tap';

/** Bits, ends and any piece of signed bytes are changed, added and left out: each must be refused. `step`: every so many bytes. */
export function tamper(t: Test, bytes: Buffer, refused: (changed: Buffer) => boolean, step = 1): void {
  t.notOk(refused(bytes));
  for (let i = 0; i < bytes.length; i += step) {
    const changed = Buffer.from(bytes);
    changed[i] = (changed[i] ?? 0) ^ (1 << (i % 8));
    if (!refused(changed)) t.fail(`byte ${i} changed`);
    if (!refused(bytes.subarray(0, i))) t.fail(`cut at ${i}`);
  }
  const where = fc.nat({ max: bytes.length });
  const what = fc.uint8Array({ minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(where, fc.nat({ max: 9 }), what, (at, gone, put) => {
      const changed = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + gone)]);
      return changed.equals(bytes) || refused(changed);
    }),
    { numRuns: 300 / Math.min(step, 3) },
  );
}
