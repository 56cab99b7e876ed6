/**
 * The releases in memory: the current one, and the last few before it, so that a device in the middle of an update can
 * finish it. What is served comes from here, not from disk: an edit in bdist/ never reaches a device.
 */
import { type Blob, blobSize, type Release } from './release.js';

/** A larger blob stays on disk. */
export const MAX_IN_MEMORY: number = 1024 * 1024;
const HELD_RELEASES = 8;
/** Older releases go when all held blobs together exceed this; the current release always stays. */
const HELD_BYTES = 64 * 1024 * 1024;

export class Releases {
  #held: readonly Release[] = [];

  /** The release that heads are served from; undefined until the first one is there. */
  get current(): Release | undefined {
    return this.#held[0];
  }

  /** The release of this number, if it is one of the last few. */
  numbered(number: number): Release | undefined {
    return this.#held.find((release) => release.number === number);
  }

  /** Serves `release` from now on. */
  activate(release: Release): void {
    const older = this.#held.filter((held) => held.number !== release.number);
    this.#held = withinBounds([share(release, this.#held), ...older]);
  }

  /** A blob of any release held; `hash` in hex. */
  blob(hash: string): Blob | undefined {
    for (const release of this.#held) {
      const blob = release.blobs.get(hash);
      if (blob !== undefined) return blob;
    }
    return undefined;
  }
}

/** Releases that follow one another have most blobs in common: each is kept once. */
function share(release: Release, held: readonly Release[]): Release {
  const known = new Map(held.toReversed().flatMap((older) => [...older.blobs]));
  const blobs = new Map([...release.blobs].map(([hash, blob]) => [hash, keep(blob, known.get(hash))]));
  return { ...release, blobs };
}

function keep(blob: Blob, known: Blob | undefined): Blob {
  return Buffer.isBuffer(blob) && Buffer.isBuffer(known) ? known : blob;
}

function withinBounds(releases: readonly Release[]): readonly Release[] {
  const seen = new Set<string>();
  let bytes = 0;
  const fits = releases.slice(0, HELD_RELEASES).map(({ blobs }) => {
    for (const [hash, blob] of blobs) {
      if (Buffer.isBuffer(blob) && !seen.has(hash)) bytes += blobSize(blob);
      seen.add(hash);
    }
    return bytes <= HELD_BYTES;
  });
  const firstTooMany = fits.indexOf(false, 1);
  return releases.slice(0, firstTooMany === -1 ? HELD_RELEASES : firstTooMany);
}
