import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const DIGEST_BYTES = 32;

/**
 * Results remembered on disk under the hash of everything that they come from. Each file carries the hash of
 * its own content, so a damaged one counts as unknown.
 */
export interface Cache {
  get(key: string): Promise<Buffer | undefined>;
  /** A cache that cannot be written costs time, never the build: errors are swallowed. */
  put(key: string, value: Buffer): Promise<void>;
}

export function openCache(folder: string): Cache {
  const place = (key: string): string => join(folder, key.slice(0, 2), key.slice(2));
  return {
    get: async (key) => unseal(await readFile(place(key)).catch(() => undefined)),
    put: (key, value) => writeWhole(place(key), seal(value)).catch(() => undefined),
  };
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
 * By rename, so that no reader sees a part of it; a random name, because two processes may write the same
 * entry.
 */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, bytes);
  await rename(draft, path);
}
