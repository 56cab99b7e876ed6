/** Large blobs go out from disk. Somebody may have edited the file since it was checked, so it is checked again on the way. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { SoftOtaError } from '../errors.js';
import type { LargeBlob } from './release.js';

/** The bytes of the blob. When they are not what `hash` says, the stream fails before the last of them: blob_damaged. */
export function openChecked(blob: LargeBlob, hash: string): Readable {
  return Readable.from(readChecked(blob, hash), { objectMode: false });
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
    // Large blobs of releases before the current one are on disk no longer.
    throw new SoftOtaError('blob_unknown', 'The blob is not on disk any more.', { cause });
  }
}

function damaged(hash: string): SoftOtaError {
  return new SoftOtaError('blob_damaged', `Blob ${hash} was changed while the server was running.`);
}
