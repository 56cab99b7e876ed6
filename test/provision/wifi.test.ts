import fc from 'fast-check';
import t from 'tap';
import { parseWifi, parseWifiFile } from '../../server/provision/wifi.js';
import { codeOf } from '../throws-code.js';

t.test('SSID:PASSWORD', async (t) => {
  t.same(parseWifi('home:hunter22'), ['home', 'hunter22']);
  t.same(parseWifi('home:hunter22:and:more'), ['home', 'hunter22:and:more'], 'the first colon splits');
  t.same(parseWifi('a\\:b:hunter\\22'), ['a:b', 'hunter\\22'], 'escapes are for the SSID');
  t.same(parseWifi('a\\\\:hunter22'), ['a\\', 'hunter22']);
  t.same(parseWifi('open:'), ['open', '']);
  t.same(parseWifi(' two words :pass word'), [' two words ', 'pass word']);
  t.same(parseWifi(`h:${'ab'.repeat(32)}`), ['h', 'ab'.repeat(32)], '64 hex digits are a key');
});

const REFUSED = [
  '',
  'home',
  'a\\:b',
  'a\\b:hunter22',
  ':hunter22',
  'home:hunter2',
  `h:${'x'.repeat(64)}`,
  `${'é'.repeat(17)}:hunter22`,
  'home:hünter22',
  'home:hunter22\t',
  `h:${'ab'.repeat(31)}zz`,
];

t.test('what no network can be is refused, without its password', async (t) => {
  for (const text of REFUSED) {
    t.equal(
      codeOf(() => parseWifi(text)),
      'config_invalid',
      text,
    );
  }
  t.throws(() => parseWifi('home:hunter2'), { message: /^(?!.*hunter2)/ });
  t.throws(() => parseWifiFile('{"networks":[["a","hunter22"]'), { message: /^(?!.*hunter22)/ });
});

t.test('whatever the SSID and the password, they come out as they went in', async () => {
  const ssid = fc.string({ unit: fc.constantFrom(':', '\\', 'a', ' '), minLength: 1, maxLength: 32 });
  const password = fc.string({ unit: fc.constantFrom(':', '\\', 'a', '"'), minLength: 8, maxLength: 63 });
  fc.assert(
    fc.property(ssid, password, (ssid, password) => {
      const escaped = ssid.replaceAll(/[\\:]/g, '\\$&');
      t.same(parseWifi(`${escaped}:${password}`), [ssid, password]);
    }),
  );
});

t.test('--wifi-file has the form of data/wifi.json', async (t) => {
  t.same(parseWifiFile('{"networks":[["a","hunter22"],["b:c",""]]}'), [
    ['a', 'hunter22'],
    ['b:c', ''],
  ]);
  t.same(parseWifiFile('\uFEFF{"networks":[["a","hunter22"]]}'), [['a', 'hunter22']], 'as Notepad saves it');
  for (const text of [
    '',
    '[]',
    '{}',
    '{"networks":{}}',
    '{"networks":[["a"]]}',
    '{"networks":[["a",1]]}',
    '{"networks":[["a","short"]]}',
  ]) {
    t.equal(
      codeOf(() => parseWifiFile(text)),
      'config_invalid',
      text,
    );
  }
});
