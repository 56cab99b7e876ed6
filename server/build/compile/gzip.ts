import { gzipSync } from 'node:zlib';

/** The first line of a style sheet or script that boards hold compressed, a third of its size. */
const PRAGMA = Buffer.from('/* ota: gzip */\n');
/** Where a gzip header names the system that made it: 255 is "unknown", so that all systems make the same bytes. */
const SYSTEM = 9;

/**
 * What a board gets of a file that is not compiled: its bytes, or their gzip form (RFC 1952) if it asks for that. Its program serves that
 * as it is, with `Content-Encoding: gzip`.
 */
export function packed(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, PRAGMA.length).equals(PRAGMA)) return bytes;
  const gzip = gzipSync(bytes.subarray(PRAGMA.length), { level: 9 });
  gzip[SYSTEM] = 255;
  return gzip;
}
