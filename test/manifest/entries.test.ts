import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { type Entry, encodeManifest, parseManifest } from '../../server/manifest/entries.js';
import { setTotals } from '../../server/manifest/totals.js';
import { codeOf } from '../throws-code.js';

const HASH = '0OtP2Sn0lm9UyIOIPl1tlVnHKzLPj1Zq0vEZzY3fJ6M';
const parse = (text: string): Entry[] => parseManifest(Buffer.from(text, 'latin1'));

const CASES: [string, string, string][] = [
  ['one line', `main.py 812 ${HASH}\n`, 'ok'],
  ['nothing', '', 'ok'],
  ['an empty file', `a 0 ${HASH}\n`, 'ok'],
  ['the largest size', `a 4294967295 ${HASH}\n`, 'ok'],
  ['further fields', `a 1 ${HASH} z=deflate d=x,y later=\n`, 'ok'],
  ['a line of 240 bytes', `a 1 ${HASH} z=${'x'.repeat(240 - 51)}\n`, 'ok'],
  ['a line of 241 bytes', `a 1 ${HASH} z=${'x'.repeat(241 - 51)}\n`, 'manifest_invalid'],
  ['no line feed at the end', `a 1 ${HASH}`, 'manifest_invalid'],
  ['cut in a line', `a 1 ${HASH}\nb 1 0OtP`, 'manifest_invalid'],
  ['an empty line', `a 1 ${HASH}\n\n`, 'manifest_invalid'],
  ['CRLF', `a 1 ${HASH}\r\n`, 'manifest_invalid'],
  ['two spaces', `a  1 ${HASH}\n`, 'manifest_invalid'],
  ['a space at the end', `a 1 ${HASH} \n`, 'manifest_invalid'],
  ['a field without =', `a 1 ${HASH} z\n`, 'manifest_invalid'],
  ['a tab', `a\t1 ${HASH}\n`, 'manifest_invalid'],
  ['no hash', 'a 1\n', 'manifest_invalid'],
  ['a hash with =', `a 1 ${HASH}=\n`, 'manifest_invalid'],
  ['a hash one short', `a 1 ${HASH.slice(1)}\n`, 'manifest_invalid'],
  ['a hash with bits to spare', `a 1 ${HASH.slice(0, 42)}N\n`, 'manifest_invalid'],
  ['a hash in base64url', `a 1 ${HASH.slice(0, 41)}-M\n`, 'manifest_invalid'],
  ['a hash in hex', `a 1 ${'ab'.repeat(32)}\n`, 'manifest_invalid'],
  ['a leading zero', `a 01 ${HASH}\n`, 'manifest_invalid'],
  ['a negative size', `a -1 ${HASH}\n`, 'manifest_invalid'],
  ['a size over 32 bits', `a 4294967296 ${HASH}\n`, 'manifest_invalid'],
  ['not sorted', `b 1 ${HASH}\na 1 ${HASH}\n`, 'manifest_invalid'],
  ['twice the same', `a 1 ${HASH}\na 1 ${HASH}\n`, 'manifest_invalid'],
  ['sorted by bytes, not by letters', `B 1 ${HASH}\na 1 ${HASH}\n`, 'ok'],
  ['a path outside', `../a 1 ${HASH}\n`, 'path_invalid'],
  ['no path', ` 1 ${HASH}\n`, 'path_invalid'],
  ['a byte over 127 in the path', `caf\xe9 1 ${HASH}\n`, 'path_invalid'],
  ['the device’s own room', `data/anchors 1 ${HASH}\n`, 'path_reserved'],
  ['the guard', `boot.py 1 ${HASH}\n`, 'path_reserved'],
  ['twins but for case', `A 1 ${HASH}\na 1 ${HASH}\n`, 'path_case'],
  ['source and compilation', `a.mpy 1 ${HASH}\na.py 1 ${HASH}\n`, 'source_twin'],
  ['a file that is a folder', `a 1 ${HASH}\na/b 1 ${HASH}\n`, 'path_invalid'],
];

t.test('what a manifest may say (protocol §3)', async (t) => {
  for (const [name, text, code] of CASES) {
    t.equal(
      codeOf(() => parse(text)),
      code,
      name,
    );
  }
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
