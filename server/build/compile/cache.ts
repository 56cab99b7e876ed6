import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DIGEST_BYTES = 32;

/**
 * Results remembered on disk under the hash of everything that they come from. Each file carries the hash of
 * its own content, so a damaged one counts as unknown. Small files, read and written at once: a hundred of them take some
 * milliseconds, and ten times that through promises.
 */
export interface Cache {
  get(key: string): Buffer | undefined;
  /** A cache that cannot be written costs time, never the build: errors are swallowed. */
  put(key: string, value: Buffer): void;
}

export function openCache(folder: string): Cache {
  const place = (key: string): string => join(folder, key.slice(0, 2), key.slice(2));
  return {
    get: (key) => unseal(orNothing(() => readFileSync(place(key)))),
    put: (key, value) => orNothing(() => write(place(key), seal(value))),
  };
}

function orNothing<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** The key of a result: parts are kept apart, so that no two different lists give the same key. */
export function cacheKey(parts: readonly string[], source: Buffer): string {
  return createHash('sha256').update(JSON.stringify(parts)).update(source).digest('hex');
}

function seal(value: Buffer): Buffer {
  return Buffer.concat([createHash('sha256').update(value).digest(), value]);
}

function unseal(sealed: Buffer | undefined): Buffer | undefined {
  if (sealed === undefined || sealed.length < DIGEST_BYTES) return undefined;
  const value = sealed.subarray(DIGEST_BYTES);
  const digest = createHash('sha256').update(value).digest();
  return digest.equals(sealed.subarray(0, DIGEST_BYTES)) ? value : undefined;
}

/**
 * In its place and without a draft: half an entry counts as unknown like any damaged one, and a process that is killed leaves
 * nothing that would stay for ever.
 */
function write(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}
