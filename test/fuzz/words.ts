/** Arbitrary bytes, and valid messages that were changed a little, for each of the device's parsers. */
import fc, { type Arbitrary } from 'fast-check';
import * as good from './release.js';
import type { Case } from './vm.js';

const NASTY = [
  ...[
    '\n',
    '\n\n',
    '\r\n',
    ' ',
    '  ',
    '\0',
    '\x7f',
    '\x80',
    '\xff',
    '\xc3\xa9',
    '/',
    '//',
    '..',
    '../',
    '.',
    ':',
  ],
  ...['-1', '0', '-0', '1e9', '0x10', '99999999999999999999', '4294967296', '1_0', '+5', '٣', 'None', 'true'],
  ...['[', '{', '}', ']', '"', ',', '=', '?', '&', '%', '%s', '\\u0000', '[[[[[[[['],
  ...['boot.py', 'DATA/x', 'data/anchors', 'update/journal', 'rescue/../', 'x'.repeat(70), 'A'.repeat(300)],
  ...['+5 ', '-6 ', '*7 ', '!8 ', 'soft-ota 1 ', 'root 9', 'downgrade 4294967295', 'inplace 1', 'epoch 1'],
  ...[
    'Content-Length: ',
    'Content-Length: -5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Soft-OTA-Fresh: 1 2\r\n',
  ],
].map((text) => Buffer.from(text, 'latin1'));

const raw: Arbitrary<Buffer> = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 3 }).map((a) => Buffer.from(a)) },
  { weight: 2, arbitrary: fc.constant(Buffer.alloc(0)) },
);

interface Change {
  readonly at: number;
  readonly out: number;
  readonly into: Buffer;
  readonly how: number;
}
const change: Arbitrary<Change> = fc.record({
  at: fc.nat(4000),
  out: fc.nat(4),
  into: piece,
  how: fc.nat(9),
});

function applied(bytes: Buffer, { at, out, into, how }: Change): Buffer {
  const place = at % (bytes.length + 1);
  if (how === 0) return bytes.subarray(0, place);
  if (how === 1) return doubled(bytes, place);
  if (how === 2) return number(bytes, place, into);
  return Buffer.concat([bytes.subarray(0, place), into, bytes.subarray(place + out)]);
}

/** The line there comes twice. */
function doubled(bytes: Buffer, place: number): Buffer {
  const from = bytes.lastIndexOf(10, place) + 1;
  const to = bytes.indexOf(10, place) + 1 || bytes.length;
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
}

/** The next word becomes another. */
function number(bytes: Buffer, place: number, into: Buffer): Buffer {
  const from = bytes.indexOf(32, place) + 1;
  let to = from;
  while (to < bytes.length && bytes[to] !== 32 && bytes[to] !== 10) to += 1;
  return Buffer.concat([bytes.subarray(0, from), into, bytes.subarray(to)]);
}

/** One of these with up to four changes, or anything. */
function like(...valid: readonly Buffer[]): Arbitrary<Buffer> {
  const changed = fc
    .tuple(fc.constantFrom(...valid), fc.array(change, { maxLength: 4 }))
    .map(([bytes, changes]) => changes.reduce(applied, bytes));
  return fc.oneof({ weight: 9, arbitrary: changed }, { weight: 1, arbitrary: raw });
}

/** An answer of a server, whole, with this body. */
export function answer(body: Buffer, status = '200 OK'): Buffer {
  const length = `Content-Length: ${body.length}`;
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${length}\r\n\r\n`), body]);
}

const { NEXT, ROOTED, OLD, ROOT, ANCHORS, SETTINGS, ENROL } = good;
const heads = like(NEXT.head, ROOTED.head, OLD.head);
const roots = like(ROOT, ROOT, ANCHORS);
const manifests = like(NEXT.manifest, OLD.manifest);
const text = (...lines: readonly string[]): Buffer[] => lines.map((line) => Buffer.from(line));
const journals = like(
  ...text(
    'soft-ota 1\n+0 data/manifest\n+1 data/head\n+2 data/bad\n!3 data/anchors\n-4 old.py\n*5 lib/b.mpy 3 x\n+6 main.py 9 y\n',
    'soft-ota 1 inplace\n+0 data/manifest\n-4 lib/a.mpy\n-5 lib\n',
  ),
);
const paths = like(
  ...text('main.py', 'plug/web.mpy', 'a/b/c/d.txt', 'A~(1),@+-_.py', 'data', 'Boot.py', '../x', 'a/../b'),
);
const segment = fc.constantFrom('a', '..', '.', '', 'data', 'Update', 'boot.py', 'x.mpy', 'b'.repeat(30));
const joined = fc.array(segment, { maxLength: 5 }).map((parts) => Buffer.from(parts.join('/')));
const answers = like(
  answer(Buffer.from('hello')),
  answer(NEXT.head),
  answer(Buffer.from('{"code":"x"}'), '404 No'),
);
const found = like(
  ...text(
    'soft-ota! 1 a90f9871a242ded9 8267 ',
    'soft-ota! 1 a90f9871a242ded9 80 /ota',
    'soft-ota! 1 ffffffffffffffff 1 ',
  ),
);
const blobs = NEXT.files.slice(1).map((file) => answer(file));
const talk = [answer(NEXT.head), answer(NEXT.manifest), ...blobs];
const rooted = [
  answer(ROOTED.head),
  answer(ROOT),
  answer(ROOTED.manifest),
  ...ROOTED.files.map((file) => answer(file)),
];

/** All answers of an update, most of them as they should be. */
const talks = fc
  .tuple(fc.constantFrom(talk, rooted), fc.array(fc.tuple(fc.nat(4), change), { maxLength: 2 }))
  .map(([list, changes]) =>
    changes.reduce((now, [i, how]) => now.map((b, at) => (at === i ? applied(b, how) : b)), list),
  );

const one = (kind: string, pieces: Arbitrary<Buffer>): Arbitrary<Case> =>
  pieces.map((bytes) => ({ kind, pieces: [bytes] }));
/** A damaged file of the device's own, and then a whole update. */
const own = (kind: string, pieces: Arbitrary<Buffer>): Arbitrary<Case> =>
  pieces.map((bytes) => ({ kind, pieces: [bytes, ...talk] }));

/** kind: the letter that harness.py knows it by. Costly ones are rarer. */
export const KINDS: readonly { weight: number; arbitrary: Arbitrary<Case> }[] = [
  { weight: 40, arbitrary: one('h', heads) },
  { weight: 50, arbitrary: one('r', roots) },
  { weight: 90, arbitrary: one('p', fc.oneof(paths, joined)) },
  { weight: 25, arbitrary: one('m', manifests) },
  { weight: 60, arbitrary: one('a', answers) },
  { weight: 30, arbitrary: fc.array(found, { maxLength: 3 }).map((pieces) => ({ kind: 'd', pieces })) },
  { weight: 6, arbitrary: talks.map((pieces) => ({ kind: 'u', pieces })) },
  { weight: 9, arbitrary: one('s', like(SETTINGS)) },
  { weight: 12, arbitrary: one('j', journals) },
  { weight: 6, arbitrary: one('k', journals) },
  { weight: 1, arbitrary: own('0', like(ANCHORS, ROOT)) },
  { weight: 1, arbitrary: own('1', like(OLD.head)) },
  { weight: 1, arbitrary: own('2', like(OLD.manifest)) },
  { weight: 1, arbitrary: own('3', like(SETTINGS)) },
  { weight: 1, arbitrary: own('4', like(ENROL)) },
];
