import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import t from 'tap';
import { freshKey, freshMac } from '../../server/signing/fresh.js';
import { MacKey } from '../../server/signing/hmac.js';
import { treeDigest } from '../../server/signing/tree.js';

const MASTER = Buffer.alloc(32, 0x5a);
const keyOf = (master: Buffer, id: string) => new MacKey(freshKey(master, id));

function opensslHmac(key: Buffer, message: Buffer): Buffer {
  const args = ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${key.toString('hex')}`, '-binary'];
  return execFileSync('openssl', args, { input: message });
}

t.test('freshness is what OpenSSL makes of the same bytes (protocol §5)', async (t) => {
  const key = freshKey(MASTER, '7c9ebd11');
  t.same(key, opensslHmac(MASTER, Buffer.from('7c9ebd11')));
  const hash = createHash('sha256').update('a head').digest();
  const message = Buffer.concat([Buffer.from('0011223344556677 1763692805 '), hash]);
  const mac = freshMac(new MacKey(key), '0011223344556677', 1763692805, hash);
  t.equal(`${mac}=`, opensslHmac(key, message).toString('base64'));
});

t.test('every part of the question changes the answer', async (t) => {
  const hash = Buffer.alloc(32, 1);
  const macs = [
    freshMac(keyOf(MASTER, 'a'), 'n', 1, hash),
    freshMac(keyOf(MASTER, 'b'), 'n', 1, hash),
    freshMac(keyOf(MASTER, 'a'), 'm', 1, hash),
    freshMac(keyOf(MASTER, 'a'), 'n', 2, hash),
    freshMac(keyOf(MASTER, 'a'), 'n', 1, Buffer.alloc(32, 2)),
    freshMac(keyOf(Buffer.alloc(32), 'a'), 'n', 1, hash),
  ];
  t.equal(new Set(macs).size, macs.length);
});

t.test('the tree digest (protocol §4)', async (t) => {
  const [one, two] = ['one', 'two'].map((text) => createHash('sha256').update(text).digest());
  if (!one || !two) throw new Error('two hashes');
  const spelt = one.toString('base64').slice(0, 43) + two.toString('base64').slice(0, 43);
  t.equal(treeDigest([one, two]), createHash('sha256').update(spelt).digest('hex').slice(0, 16));
  t.not(treeDigest([two, one]), treeDigest([one, two]));
  t.equal(treeDigest([]), 'e3b0c44298fc1c14');
});
