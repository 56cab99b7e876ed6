import { isUtf8 } from 'node:buffer';
import { extname } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { createLocator } from './positions.js';

const TEXT = new Set(['.py', '.html', '.css', '.js', '.json', '.txt', '.svg', '.md', '.xml']);
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const CR = 0x0d;
const LF = 0x0a;

/**
 * The bytes of a text file without a byte order mark and with LF line ends, so that a release does not
 * depend on what git or an editor made of them; other files as they are. Throws `source_encoding` for Python
 * that is not UTF-8.
 * @param path as it is typed, for the message
 */
export function normalise(path: string, bytes: Buffer): Buffer {
  if (!TEXT.has(extname(path))) return bytes;
  if (path.endsWith('.py')) checkUtf8(path, bytes);
  const start = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const body = bytes.subarray(start);
  if (!body.includes('\r\n')) return body;
  return Buffer.from(body.filter((byte, i) => byte !== CR || body[i + 1] !== LF));
}

function checkUtf8(path: string, bytes: Buffer): void {
  if (isUtf8(bytes)) return;
  const offset = firstFault(bytes);
  const before = bytes.subarray(0, offset).toString('utf8');
  const { line, column } = createLocator(before)(before.length);
  throw new SoftOtaError('source_encoding', `${path}:${line}:${column}: not UTF-8 at byte ${offset}`);
}

/** Where UTF-8 ends: the start of the character at which a decoder stumbles that is fed byte by byte. */
function firstFault(bytes: Buffer): number {
  let end = firstRefused(bytes);
  while (!isUtf8(bytes.subarray(0, end))) end -= 1;
  return end;
}

function firstRefused(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let i = 0; i < bytes.length; i += 1) {
    try {
      decoder.decode(bytes.subarray(i, i + 1), { stream: true });
    } catch {
      return i;
    }
  }
  return bytes.length;
}
