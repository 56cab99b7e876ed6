/** `data/anchors`: whom a new board trusts (docs/protocol.md §8, §10). */
import { type RootFields, releaseKeys } from '../manifest/root.js';

/** Two lines for each key that may sign heads: id, epoch, exponent · modulus in hex. */
export function encodeAnchors(root: RootFields): Buffer {
  const lines = releaseKeys(root).map(
    ({ keyId, exponent, modulus }) => `${keyId} ${root.epoch} ${exponent}\n${modulus.toString('hex')}\n`,
  );
  return Buffer.from(lines.join(''));
}
