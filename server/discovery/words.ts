/** The words of discovery (docs/protocol.md §7). Pure. */
import { parseWhole } from '../manifest/words.js';

/** A question is one short line; everything else on the port is somebody else's. */
const LONGEST_QUESTION = 256;
const QUESTION = /^soft-ota\? ([1-9]\d{0,4})(?: ([0-9a-f,]*))?\n?$/;

/** True when the datagram asks for a server that speaks protocol version 1. */
export function isQuestion(datagram: Buffer): boolean {
  if (datagram.length > LONGEST_QUESTION) return false;
  const [, version = ''] = QUESTION.exec(datagram.toString('latin1')) ?? [];
  return parseWhole(version) === 1;
}

/** The answer; a device with another key gets it too, so that it can say so. */
export function answerText(keyId: string, port: number): string {
  return `soft-ota! 1 ${keyId} ${port} `;
}
