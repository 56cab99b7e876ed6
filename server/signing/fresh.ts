/** The proof that a server answers now, and not somebody with an old head (docs/protocol.md §5). */
import { createHmac } from 'node:crypto';
import { type MacKey, macKey } from './hmac.js';

/** K of one device: laid on it at provisioning, computed again by the server for every answer. */
export function freshKey(master: Buffer, id: string): Buffer {
  return createHmac('sha256', master).update(id, 'latin1').digest();
}

/**
 * The MAC for one answer, as base64 without the final `=`.
 * @param key K of the device that asks
 * @param nonce as the device sent it
 * @param time Unix seconds, as it will be sent
 * @param headHash SHA-256 of the whole head, 32 raw bytes
 */
export function freshMac(key: Buffer | MacKey, nonce: string, time: number, headHash: Buffer): string {
  return macKey(key)
    .mac(`${nonce} ${time} ${headHash.toString('latin1')}`, 'base64')
    .slice(0, -1);
}
