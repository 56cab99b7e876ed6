/** Arbitrary words of requests: what devices send, what nobody should, and the one changed a little into the other. */
import fc, { type Arbitrary } from 'fast-check';

const HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Bytes that have a meaning to somebody: URLs, file systems, HTTP, JSON, shells. */
const NASTY = [
  ...[
    '%00',
    '%0a',
    '%0d%0a',
    '%2e%2e',
    '%2f',
    '%5c',
    '%25',
    '%',
    '%zz',
    '%ff',
    '%c0%af',
    '%u0041',
    '\\',
    '..',
    '/',
    '//',
  ],
  ...[
    '?',
    '#',
    '&',
    '=',
    ';',
    '+',
    '"',
    "'",
    '<',
    '>',
    '{',
    '}',
    '[',
    ']',
    '$',
    '|',
    '`',
    '~',
    '*',
    ',',
    '.',
    '-',
    '_',
    '@',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'NaN',
    '-1',
    '1e9',
    '0x10',
    '99999999999999999999',
    'null',
    'true',
  ],
  ...['\x7f', '\x80', '\xc3\xa9', '\xff', 'x'.repeat(70), 'A'.repeat(200)],
];

const word = fc.oneof(
  { weight: 12, arbitrary: fc.stringMatching(/^[A-Za-z0-9._~-]{1,16}$/) },
  { weight: 1, arbitrary: fc.constantFrom(...NASTY) },
);
const digits = fc.nat(4_294_967_295).map(String);
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

/** As it should be; now and then something else. */
function mostly(valid: Arbitrary<string>): Arbitrary<string> {
  return fc.oneof({ weight: 9, arbitrary: valid }, { weight: 1, arbitrary: word });
}

const FIELDS: readonly (readonly [name: string, value: Arbitrary<string>])[] = [
  ['id', word],
  ['have', mostly(digits)],
  ['key', mostly(hex(16))],
  ['board', mostly(fc.constantFrom('s20', 's31'))],
  ['mpy', mostly(digits)],
  ['fw', mostly(fc.constantFrom('1.27.0', '1.12', 'v1.19-dirty'))],
  ['tree', mostly(hex(16))],
  ['nonce', mostly(hex(16))],
  ['bad', mostly(digits)],
  ['error', word],
  ['state', mostly(fc.constantFrom('trial', 'safe'))],
  ['mac', mostly(hex(32))],
];

const field = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.oneof(...FIELDS.map(([name, value]) => value.map((text) => `${name}=${text}`))),
  },
  { weight: 1, arbitrary: fc.tuple(word, word).map(([name, value]) => `${name}=${value}`) },
  { weight: 1, arbitrary: word },
);
const query = fc
  .array(field, { maxLength: 9 })
  .map((fields) => (fields.length === 0 ? '' : `?${fields.join('&')}`));

const path = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '/6/head',
      '/5/head',
      '/7/head',
      '/0/head',
      '/06/head',
      '/999/head',
      '/1000/head',
    ),
  },
  { weight: 3, arbitrary: fc.oneof(hex(64), fc.constant(HASH), word).map((name) => `/blobs/${name}`) },
  { weight: 1, arbitrary: fc.oneof(fc.nat(9).map(String), word).map((name) => `/root/${name}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('/', '/health', '/status.json', '/console.js', '/console.css', '/icon.svg'),
  },
  { weight: 2, arbitrary: fc.array(word, { maxLength: 5 }).map((words) => `/${words.join('/')}`) },
);

interface Change {
  readonly at: number;
  readonly out: number;
  readonly into: string;
}

const change: Arbitrary<Change> = fc.record({
  at: fc.nat(1000),
  out: fc.nat(3),
  into: fc.oneof(fc.constantFrom(...NASTY), fc.constant('')),
});

/** Up to `most` small changes of what `texts` gives. */
export function mutated(texts: Arbitrary<string>, most: number): Arbitrary<string> {
  return fc
    .tuple(texts, fc.array(change, { maxLength: most }))
    .map(([text, changes]) => changes.reduce(applied, text));
}

function applied(text: string, { at, out, into }: Change): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + into + text.slice(place + out);
}

const plain = fc.tuple(path, query).map((parts) => parts.join(''));

/** An address as it stands in a request line. */
export const target: Arbitrary<string> = fc
  .oneof({ weight: 2, arbitrary: plain }, { weight: 1, arbitrary: mutated(plain, 2) })
  .map((text) => (text === '' ? '/' : text));

export const method: Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constant('GET') },
  { weight: 2, arbitrary: fc.constant('HEAD') },
  { weight: 1, arbitrary: fc.constantFrom('POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND', 'TRACE') },
);

const NAMES = [
  'accept',
  'accept-encoding',
  'range',
  'if-none-match',
  'if-modified-since',
  'expect',
  'cookie',
  'x-forwarded-for',
  'content-type',
  'te',
  'origin',
  'accept-version',
];

/** Header lines, each with its line end. */
export const headers: Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), word), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => `${name}: ${value}\r\n`).join(''));
