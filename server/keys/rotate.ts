/** The next root file: made, signed with the root keys that are at hand, and laid down or kept as a draft for the others. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode, SoftOtaError } from '../errors.js';
import { missingKeys, signAvailable } from '../signing/cosign.js';
import { nextRoot, type RootChange, rootSigners } from '../signing/next-root.js';
import type { PublicKey } from '../signing/public-key.js';
import { encodeRoot, type Root, type RootFields } from '../signing/root.js';
import { verifyRoot } from '../signing/trust.js';
import { errnoOf, furtherFiles, KEY_FILES, PUBLIC } from './files.js';
import {
  type OwnKey,
  readFurtherKeys,
  readPublicKey,
  readReleaseKey,
  readRootKey,
  signerOf,
} from './keyring.js';
import { readTrust, rootPath, type Trust } from './trust.js';
import { writePair } from './write-keys.js';

export interface RotateOptions {
  /** Folder of the keys and root files. */
  readonly keys: string;
  /** Files of private root keys. */
  readonly rootKeys: readonly string[];
  /** Files of public keys that are to sign releases. */
  readonly add: readonly string[];
  /** Files of public keys that are to sign root files. */
  readonly addRoot: readonly string[];
  /** Key ids. */
  readonly remove: readonly string[];
  readonly threshold?: number;
  readonly newEpoch: boolean;
  /** Where a draft goes that waits for signatures. */
  readonly draft: string;
}

export type NewKey = Pick<OwnKey, 'privateKey' | 'publicKey'>;

export interface Rotated {
  readonly before: RootFields;
  readonly after: RootFields;
  /** Where it lies: among the root files, or as a draft. */
  readonly path: string;
  /** Root keys that have to sign the draft; none when it is done. */
  readonly missing: readonly string[];
}

/**
 * @param made a key that was made just now, is to sign releases and lies nowhere yet; laid down once the change is right
 * @throws SoftOtaError root_change for a change that is none, root_invalid for one that nobody could use, key_missing,
 *   key_mode, key_invalid for keys that cannot be read or cannot sign together
 */
export async function rotate(options: RotateOptions, made?: NewKey): Promise<Rotated> {
  const { current } = await readProjectTrust(options.keys);
  const here = [...(await privateKeys(options)), ...(made === undefined ? [] : [made])];
  const after = nextRoot(current, await changeOf(options, made));
  const by = rootSigners(
    current,
    after,
    here.map(({ publicKey }) => publicKey.keyId),
  );
  const body = encodeRoot(
    after,
    by.map(({ keyId }) => keyId),
  );
  const bytes = signAvailable(body, by, here.map(signerOf));
  const missing = missingKeys(bytes);
  if (made !== undefined) await writePair(options.keys, made.privateKey, furtherFiles(made.publicKey.keyId));
  if (missing.length > 0) await writeAtomic(options.draft, bytes);
  const path = missing.length > 0 ? options.draft : await writeRoot(options.keys, bytes);
  return { before: current, after, path, missing };
}

/** Whom boards trust now, for those who need no private key. @throws SoftOtaError as `readTrust`, key_missing */
export function readProjectTrust(keys: string): Promise<Trust> {
  return readTrust(keys, () => readReleaseKey(keys));
}

/**
 * The same, for those who only check. Whoever has no key here needs the public half of somebody else's.
 * @throws SoftOtaError as `readTrust`, public_key_missing
 */
export async function readPublicTrust(keys: string): Promise<Trust> {
  return readProjectTrust(keys).catch((error: unknown) => {
    if (!hasCode(error, 'key_missing')) throw error;
    const message = `There is neither ${rootPath(keys, 0)} nor ${join(keys, KEY_FILES.public)}.`;
    throw new SoftOtaError('public_key_missing', message, { cause: error });
  });
}

async function privateKeys({ keys, rootKeys }: RotateOptions): Promise<OwnKey[]> {
  return [...(await Promise.all(rootKeys.map(readRootKey))), ...(await readFurtherKeys(keys))];
}

async function changeOf(
  { add, addRoot, remove, threshold, newEpoch }: RotateOptions,
  made?: NewKey,
): Promise<RootChange> {
  const read = (paths: readonly string[]): Promise<PublicKey[]> => Promise.all(paths.map(readPublicKey));
  return {
    add: [...(await read(add)), ...(made === undefined ? [] : [made.publicKey])],
    addRoot: await read(addRoot),
    remove,
    newEpoch,
    ...(threshold === undefined ? {} : { threshold }),
  };
}

/**
 * Lays a root file beside those before it, once it proves to be the next one.
 * @returns its path
 * @throws SoftOtaError as `verifyRoot`, root_change while a signature is missing
 */
export async function writeRoot(keys: string, bytes: Buffer): Promise<string> {
  const { history, current } = await readProjectTrust(keys);
  const missing = missingKeys(bytes);
  if (missing.length > 0) {
    throw new SoftOtaError('root_change', `The draft waits for the signature of ${missing.join(', ')}.`);
  }
  const next = verifyRoot(bytes, current);
  // The one that follows from the key alone is worth keeping as soon as there is a second one: it begins the chain.
  for (const root of history) await writeOnce(keys, root);
  await writeOnce(keys, next);
  return rootPath(keys, next.version);
}

async function writeOnce(keys: string, { version, bytes }: Root): Promise<void> {
  const path = rootPath(keys, version);
  const there = await readFile(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (there === undefined) await writeAtomic(path, bytes);
}

/** Readers see the old bytes or the new ones. */
export async function writeAtomic(path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, bytes, { mode: PUBLIC, flush: true });
  await rename(`${path}.new`, path);
}
