/** The words of discovery (docs/protocol.md §7). Pure. */

import type { Release } from '../release/release.js';
import { parseUint } from '../signing/fields.js';

/** A question is one short line; everything else on the port is somebody else's. */
const MAX_QUESTION = 256;
const KEY_ID = /^[0-9a-f]{16}$/;
const QUESTION = /^soft-ota\? ([1-9]\d{0,4})(?: ([0-9a-f,]*))?\n?$/;

/** The key ids that the asking device trusts; undefined when the datagram asks for no server of protocol version 1. */
export function parseQuestion(datagram: Buffer): string[] | undefined {
  if (datagram.length > MAX_QUESTION) return undefined;
  const [, version = '', keys = ''] = QUESTION.exec(datagram.toString('latin1')) ?? [];
  return parseUint(version) === 1 ? keys.split(',').filter((key) => key !== '') : undefined;
}

/**
 * The key id to answer with: one that the device trusts, where it signed the release or a root file leads from it to those
 * that did, so that the device takes this server before others; else the first that signed.
 */
export function selectKeyId(
  trusted: readonly string[],
  { keyIds, roots }: Pick<Release, 'keyIds' | 'roots'>,
): string {
  const leads = (id: string) => KEY_ID.test(id) && [...roots.values()].some((root) => root.includes(id));
  return trusted.find((id) => keyIds.includes(id)) ?? trusted.find(leads) ?? keyIds[0] ?? '';
}

/** The answer; a device with another key gets it too, so that it can say so. */
export function answerText(keyId: string, port: number): string {
  return `soft-ota! 1 ${keyId} ${port} `;
}
