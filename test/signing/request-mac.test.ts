import { execFileSync } from 'node:child_process';
import t from 'tap';
import { freshKey } from '../../server/signing/fresh.js';
import { MacKey } from '../../server/signing/hmac.js';
import { isProven, requestMac } from '../../server/signing/request-mac.js';

const RAW = freshKey(Buffer.alloc(32, 0x5a), 'plug-7');
const KEY = new MacKey(RAW);
const TEXT = '6/head?id=plug-7&have=1763600000&nonce=0011223344556677';
const MAC = requestMac(KEY, TEXT);

t.test('S1.19 the MAC of a request is what OpenSSL makes of the same bytes (protocol §5)', async (t) => {
  const args = ['dgst', '-sha256', '-mac', 'HMAC', '-macopt', `hexkey:${RAW.toString('hex')}`, '-binary'];
  const digest = execFileSync('openssl', args, { input: TEXT });
  t.equal(MAC, digest.subarray(0, 16).toString('hex'));
  t.ok(isProven(KEY, `/${TEXT}&mac=${MAC}`));
});

t.test('S1.19 anything else proves nothing', async (t) => {
  const wrong = [
    `/${TEXT}&mac=${MAC.slice(0, 31)}0`.replace(/0$/, MAC.endsWith('0') ? '1' : '0'),
    `/${TEXT}&mac=${MAC.toUpperCase()}`,
    `/${TEXT}&mac=${MAC}0`,
    `/${TEXT}&mac=${MAC.slice(1)}`,
    `/${TEXT}&mac=`,
    `/${TEXT}`,
    `/${TEXT}&x=1&mac=${MAC}`,
    `/${TEXT}&mac=${MAC}&x=1`,
    `/${TEXT}&Mac=${MAC}`,
    `/${TEXT}?mac=${MAC}`,
    `/${TEXT}&mac=${MAC.replace(/^./, 'é')}`,
    `//${TEXT}&mac=${MAC}`,
    `&mac=${MAC}`,
    MAC,
    '',
  ];
  for (const target of wrong) t.notOk(isProven(KEY, target), target);
  t.notOk(
    isProven(new MacKey(freshKey(Buffer.alloc(32), 'plug-7')), `/${TEXT}&mac=${MAC}`),
    'another master',
  );
  for (let i = 0; i < MAC.length; i += 1) {
    const other = MAC[i] === 'f' ? '0' : 'f';
    t.notOk(isProven(KEY, `/${TEXT}&mac=${MAC.slice(0, i)}${other}${MAC.slice(i + 1)}`), `digit ${i}`);
  }
});
