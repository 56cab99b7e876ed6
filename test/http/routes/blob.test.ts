import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { writeRelease } from '../../../server/release/write-release.js';
import { makeFolder } from '../../keys/folder.js';
import { makeTestRelease } from '../../release/made-release.js';
import { bodyOf, codeOfAnswer, headersOf, makeServer, Raw, statusOf } from '../made-server.js';

t.test('S1.11 every blob of the release is there under its hash', async (t) => {
  const release = makeTestRelease({ 'a.txt': 'one', 'b.txt': 'two' }, { abis: [5, 6] });
  const { base } = await makeServer(t, release);
  for (const hash of release.blobs.keys()) {
    const response = await fetch(`${base}/blobs/${hash}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    t.equal(createHash('sha256').update(bytes).digest('hex'), hash);
    t.equal(response.headers.get('content-length'), String(bytes.length));
    t.match(response.headers.get('cache-control'), /immutable/);
  }
});

t.test('an empty file is an empty answer', async (t) => {
  const release = makeTestRelease({ 'a.txt': '' });
  const empty = new Map([...release.blobs, [createHash('sha256').digest('hex'), Buffer.alloc(0)]]);
  const { port } = await makeServer(t, { ...release, blobs: empty });
  const raw = new Raw(port);
  const answer = await raw.get(`/blobs/${createHash('sha256').digest('hex')}`);
  await raw.end();
  t.equal(statusOf(answer), 200);
  t.ok(headersOf(answer).includes('content-length: 0'));
});

t.test('what is no blob', async (t) => {
  const { port } = await makeServer(t, makeTestRelease({ 'a.txt': 'one' }));
  const cases: [string, number, string][] = [
    [`/blobs/${'0'.repeat(64)}`, 404, 'blob_unknown'],
    [`/blobs/${'A'.repeat(64)}`, 400, 'request_invalid'],
    ['/blobs/abc', 400, 'request_invalid'],
    ['/blobs/..%2f..%2f..%2fetc%2fpasswd', 400, 'request_invalid'],
    [`/blobs/${'x'.repeat(200)}`, 404, 'not_found'],
    ['/blobs/', 400, 'request_invalid'],
  ];
  for (const [path, status, code] of cases) {
    const raw = new Raw(port);
    const answer = await raw.get(path);
    await raw.end();
    t.same([statusOf(answer), codeOfAnswer(answer)], [status, code], path);
  }
});

t.test('a large blob comes from disk; edited meanwhile, it is not sent', async (t) => {
  const bdist = join(makeFolder(t), 'bdist');
  const release = await writeRelease(bdist, makeTestRelease({ 'a.bin': 'x'.repeat(3_000_000) }));
  const [hash, blob] = [...release.blobs].find(([, one]) => !Buffer.isBuffer(one)) ?? [''];
  if (blob === undefined || Buffer.isBuffer(blob)) throw new Error('no large blob');
  const { base, port, lines } = await makeServer(t, release);
  const get = async () => Buffer.from(await (await fetch(`${base}/blobs/${hash}`)).arrayBuffer());
  t.equal(
    createHash('sha256')
      .update(await get())
      .digest('hex'),
    hash,
  );
  t.equal(
    (await fetch(`${base}/blobs/${hash}`, { method: 'HEAD' })).headers.get('content-length'),
    '3000001',
  );
  writeFileSync(blob.path, `${'x'.repeat(2_999_999)}yz`);
  const edited = await fetch(`${base}/blobs/${hash}`);
  t.match(
    [edited.status, await edited.json()],
    [404, { code: 'blob_unknown' }],
    'noticed before the first byte',
  );
  t.equal(edited.headers.get('cache-control'), null, 'nobody remembers this answer for ever');
  t.match(
    lines.find(({ code }) => code === 'blob_damaged'),
    { msg: 'blob not sent', hash },
  );
  await rm(blob.path);
  const raw = new Raw(port);
  const answer = await raw.get(`/blobs/${hash}`);
  await raw.end();
  t.equal(codeOfAnswer(answer), 'blob_unknown', bodyOf(answer));
});
