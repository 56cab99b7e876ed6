/** Large blobs go out from disk. Somebody may have edited the file since it was checked, so it is checked again on the way. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { SoftOtaError } from '../errors.js';
import type { LargeBlob } from './release.js';

/** How the file was when every byte of it was found right. Whoever changes it changes one of these numbers. */
const found = new WeakMap<LargeBlob, string>();

/**
 * The bytes of the blob. A file that is not as it was when it was checked last is read to its end before the first byte goes
 * out. When it changes after that, the stream fails before the last byte: blob_damaged.
 * @throws SoftOtaError blob_damaged when they are not what `hash` says, blob_unknown when they are not there
 */
export async function openBlobStream(blob: LargeBlob, hash: string): Promise<Readable> {
  const stamp = await stampOf(blob, hash);
  if (found.get(blob) !== stamp) {
    for await (const _ of readChecked(blob, hash)) {
      // Only whether it comes to its end is of interest.
    }
    found.set(blob, stamp);
  }
  return Readable.from(readChecked(blob, hash), { objectMode: false });
}

async function stampOf({ path, size }: LargeBlob, hash: string): Promise<string> {
  const stats = await lstat(path).catch((cause: unknown) => Promise.reject(gone(cause)));
  if (!stats.isFile() || stats.size !== size) throw damaged(hash);
  return [stats.ino, stats.mtimeMs, stats.ctimeMs].join(' ');
}

async function* readChecked({ path, size }: LargeBlob, hash: string): AsyncGenerator<Buffer> {
  const sum = createHash('sha256');
  let left = size;
  for await (const piece of readPieces(path, size)) {
    sum.update(piece);
    left -= piece.length;
    if (left === 0 && sum.digest('hex') !== hash) throw damaged(hash);
    yield piece;
  }
  if (left > 0) throw damaged(hash);
}

async function* readPieces(path: string, size: number): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { end: size - 1 }) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw gone(cause);
  }
}

/** Large blobs of releases before the current one are on disk no longer. */
function gone(cause: unknown): SoftOtaError {
  return new SoftOtaError('blob_unknown', 'The blob is not on disk any more.', { cause });
}

function damaged(hash: string): SoftOtaError {
  return new SoftOtaError('blob_damaged', `Blob ${hash} was changed while the server was running.`);
}
