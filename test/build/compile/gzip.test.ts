import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { packed } from '../../../server/build/compile/gzip.js';

t.test('a file that asks for it is packed, the same bytes on every system', (t) => {
  const text = 'a { color: red }\n'.repeat(50);
  const gzip = packed(Buffer.from(`/* ota: gzip */\n${text}`));
  t.equal(gunzipSync(gzip).toString(), text, 'without the line that asks');
  t.ok(gzip.length < text.length / 5);
  t.strictSame([...gzip.subarray(4, 10)], [0, 0, 0, 0, 2, 255], 'no time, no system');
  t.end();
});

t.test('others stay as they are', (t) => {
  for (const text of ['', '/* ota: gzip', 'a\n/* ota: gzip */\n']) {
    t.strictSame(packed(Buffer.from(text)), Buffer.from(text));
  }
  t.end();
});
