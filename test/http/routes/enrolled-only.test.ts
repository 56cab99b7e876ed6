/** --enrolled-only: heads, blobs and root files for enrolled devices alone. */
import t from 'tap';
import { KEY, makeTestRelease } from '../../release/made-release.js';
import { makeKey } from '../../signing/made-key.js';
import { signRoot } from '../../signing/made-root.js';
import { enrolled, lineWith, MASTER, makeServer, signed } from '../made-server.js';

const root = signRoot(KEY, { add: [makeKey().publicKey], remove: [] }, undefined, KEY);
const RELEASE = { ...makeTestRelease({ 'a.txt': 'a' }, { number: 50 }), roots: new Map([[1, root]]) };
const [hash = ''] = RELEASE.blobs.keys();

t.test('S1.19 without a MAC 401, with a wrong one 403, with the right one everything', async (t) => {
  const { base, lines, fleet } = await makeServer(t, RELEASE, { master: MASTER, enrolledOnly: true });
  const ask = async (path: string) => {
    const answer = await fetch(`${base}${path}`);
    const text = await answer.text();
    return answer.status === 200 ? '200' : `${answer.status} ${JSON.parse(text).code}`;
  };
  for (const target of [`6/head`, `blobs/${hash}`, 'root/1', `blobs/${'0'.repeat(64)}`, 'root/99']) {
    for (const query of ['', '?id=a', '?id=a&have=50&nonce=0011223344556677']) {
      t.equal(await ask(`/${target}${query}`), '401 not_enrolled', target + query);
    }
    t.equal(await ask(signed(`${target}?id=a`, 'b')), '403 report_invalid', target);
    t.equal(await ask(`/${target}?mac=${'0'.repeat(32)}`), '403 report_invalid', target);
  }
  t.equal(fleet.registry.size, 0);
  t.match(await lineWith(lines, 'request turned away'), { level: 40, code: 'not_enrolled' });
  t.equal(await ask(enrolled('a', 'have=49')), '200');
  t.equal(await ask(signed(`blobs/${hash}?id=a`, 'a')), '200');
  t.equal(await ask(signed('root/1?id=a', 'a')), '200');
  t.equal(await ask(signed('root/2?id=a', 'a')), '404 not_found');
  t.equal(
    await ask(signed(`blobs/${hash}?id=a`, 'a').replace(hash, '0'.repeat(64))),
    '403 report_invalid',
    'a MAC is for one blob',
  );
  for (const open of ['/health', '/status.json', '/']) t.equal((await fetch(base + open)).status, 200, open);
});

t.test('S1.19 until the server has its master it lets nobody in', async (t) => {
  const { base } = await makeServer(t, RELEASE, { enrolledOnly: true });
  for (const path of ['/6/head', enrolled('a', ''), `/blobs/${hash}`, '/root/1']) {
    const answer = await fetch(base + path);
    t.match([answer.status, await answer.json()], [503, { code: 'not_ready' }], path);
  }
});

t.test('S1.19 elsewhere strangers are served, and a wrong MAC is still wrong', async (t) => {
  const { base } = await makeServer(t, RELEASE, { master: MASTER });
  const status = async (path: string) => (await fetch(base + path)).status;
  for (const path of [`/blobs/${hash}`, '/root/1', `/blobs/${hash}?id=a`]) t.equal(await status(path), 200);
  for (const target of [`blobs/${hash}?id=a`, 'root/1?id=a']) {
    t.equal(await status(signed(target, 'a')), 200);
    t.equal(await status(signed(target, 'b')), 403);
  }
});
