import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { type Entry, encodeManifest, parseManifest } from '../../server/signing/manifest.js';
import { setTotals } from '../../server/signing/totals.js';
import { codeOf } from '../throws-code.js';
import { manifestVectors } from '../vectors.js';

const HASH = '0OtP2Sn0lm9UyIOIPl1tlVnHKzLPj1Zq0vEZzY3fJ6M';
const parse = (text: string): Entry[] => parseManifest(Buffer.from(text, 'latin1'));

t.test('what a manifest may say (protocol §3), as in the vectors', async (t) => {
  for (const { name, code, manifest } of manifestVectors())
    t.equal(
      codeOf(() => parse(manifest)),
      code,
      name,
    );
});

t.test('the fields of a line', async (t) => {
  t.same(parse(`plug/web.mpy 3211 ${HASH} z=1\n`), [
    { path: 'plug/web.mpy', size: 3211, sha256: Buffer.from(`${HASH}=`, 'base64') },
  ]);
});

const path = fc
  .array(fc.string({ unit: fc.constantFrom(...'abcXYZ019._-+@~(),'), minLength: 1, maxLength: 8 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((segments) => segments.join('/'));
const entry = fc.record({
  path,
  size: fc.nat({ max: 0xffff_ffff }),
  sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
});

t.test('what is written is read again, whatever order it came in', async () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      if (codeOf(() => encodeManifest(entries)) !== 'ok') return true;
      const bytes = encodeManifest(entries);
      const parsed = parseManifest(bytes);
      return (
        bytes.equals(encodeManifest(entries.toReversed())) &&
        bytes.equals(encodeManifest(parsed)) &&
        parsed.length === entries.length
      );
    }),
  );
});

t.test('a set of paths that no device may get is never written', async (t) => {
  const sha256 = randomBytes(32);
  const encode = (...paths: string[]) => encodeManifest(paths.map((path) => ({ path, size: 1, sha256 })));
  t.equal(
    codeOf(() => encode('data/x')),
    'path_reserved',
  );
  t.equal(
    codeOf(() => encode('a', 'A')),
    'path_case',
  );
  t.match(encode('b', 'a').toString(), /^a 1 .{43}\nb 1 .{43}\n$/);
});

t.test('totals: an empty file takes one block, a full one no second', async (t) => {
  t.same(setTotals([]), { files: 0, bytes: 0, blocks: 0 });
  t.same(setTotals([{ size: 0 }, { size: 1 }, { size: 4096 }, { size: 4097 }]), {
    files: 4,
    bytes: 8194,
    blocks: 5,
  });
});
