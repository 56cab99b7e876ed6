/** A key that is the same each time, so that a seed gives the same inputs again. It guards nothing. */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Signer } from '../../server/signing/sign.js';

const [P, Q] = [
  'fbf1910bfe502cf8f12e8dc8013cd09eb4a05adeda70ac557857a4eed5903be0f6ab16e6704f150b47ed0072a8932e3c3ae95d21bbdbc13c13fd6e6d832709c87b9fd9e05dceea9995ec3ffdab52b8656e1b6b7030ff1c0ac1f4b8abb28b4abf25f8381b974f67a9f03c1169cfeddda1a3fa0292ea40f0794f8e6689d2576a23',
  'e75cfbc77e2c86319a7ecc1dea49e14835b7d6c6e0d4bf341ad8488dd534a9ea3a502ccc9e48753d454e164a05858c8032799e803e1426ac3d01a1ed672779e638698ff530e1dca17a17db598b9063dc9812f6c5aeeb2c30c32ebbb1797c2397e7a0ce3769f660bef51d4a6606e258d58519bd47ff09b7ce012a9dd76227a24f',
].map((hex) => BigInt(`0x${hex}`)) as [bigint, bigint];
/** Small, for there are many signatures to check; a real key has 65537. */
export const EXPONENT = 3;
const E = BigInt(EXPONENT);

/** Extended Euclid: x with a·x ≡ 1 (mod m). */
function inverse(a: bigint, m: bigint): bigint {
  let [r, s, x, y] = [a % m, m, 1n, 0n];
  while (s !== 0n) [r, s, x, y] = [s, r % s, y, x - (r / s) * y];
  return ((x % m) + m) % m;
}

function number(n: bigint): string {
  const hex = n.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length & 1), '0'), 'hex').toString('base64url');
}

const d = inverse(E, (P - 1n) * (Q - 1n));
const numbers = { n: P * Q, e: E, d, p: P, q: Q, dp: d % (P - 1n), dq: d % (Q - 1n), qi: inverse(Q, P) };
const key = createPrivateKey({
  format: 'jwk',
  key: { kty: 'RSA', ...Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, number(n)])) },
});
const der = createPublicKey(key).export({ type: 'spki', format: 'der' });

export const MODULUS = numbers.n.toString(16);
export const SIGNER: Signer = {
  keyId: createHash('sha256').update(der).digest('hex').slice(0, 16),
  sign: (body) => sign('sha256', body, key),
};
