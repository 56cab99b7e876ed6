/** Adds the signature of a key to what waits for it: a draft of a root file, or the heads of a release. */
import { readFile, stat } from 'node:fs/promises';
import { SoftOtaError } from '../errors.js';
import { readRootKey, signerOf } from '../keys/keyring.js';
import { writeAtomic } from '../keys/rotate.js';
import { addSignature, formatOf, isPending, missingKeys } from '../signing/cosign.js';
import { type Head, parseHead } from '../signing/head.js';
import { parseRoot, ROOT, type Root } from '../signing/root.js';
import type { Signer } from '../signing/sign.js';
import { readHeads } from './heads.js';
import { headPath } from './layout.js';

export interface OfflineSigned {
  readonly path: string;
  /** What it says, for whoever signs it. */
  readonly says: { readonly head: Head } | { readonly root: Root };
  /** Keys that have signed just now. */
  readonly signed: readonly string[];
  /** Keys that still have to. */
  readonly missing: readonly string[];
}

/**
 * Signs every file that waits for one of the keys; the others stay as they are.
 * @param paths root drafts, heads, or folders with a release
 * @param keyFiles private keys, in PEM
 * @throws SoftOtaError key_untrusted when a file names none of the keys; head_invalid, root_invalid; as `readRootKey`
 */
export async function signOffline(
  paths: readonly string[],
  keyFiles: readonly string[],
): Promise<OfflineSigned[]> {
  const signers = (await Promise.all(keyFiles.map(readRootKey))).map(signerOf);
  const files = (await Promise.all(paths.map(expand))).flat();
  const done: OfflineSigned[] = [];
  for (const path of files) done.push(await signFile(path, signers));
  return done;
}

/** A folder stands for its heads. */
async function expand(path: string): Promise<string[]> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new SoftOtaError('config_invalid', `There is no ${path}.`, { cause });
  });
  if (!found.isDirectory()) return [path];
  const heads = await readHeads(path);
  if (heads.length === 0) throw new SoftOtaError('release_missing', `There is no release in ${path}.`);
  return heads.map(({ abi }) => headPath(path, abi));
}

async function signFile(path: string, signers: readonly Signer[]): Promise<OfflineSigned> {
  const bytes = await readFile(path);
  const says = read(bytes);
  const named = signers.filter(({ keyId }) => keyIdsOf(says).includes(keyId));
  if (named.length === 0) {
    const wanted = keyIdsOf(says).join(', ');
    const given = signers.map(({ keyId }) => keyId).join(', ');
    throw new SoftOtaError('key_untrusted', `${path} is to be signed by ${wanted}, not by ${given}.`);
  }
  const able = named.filter(({ keyId }) => isPending(bytes, keyId));
  const whole = able.reduce(addSignature, bytes);
  if (able.length > 0) await writeAtomic(path, whole);
  return { path, says, signed: able.map(({ keyId }) => keyId), missing: missingKeys(whole) };
}

/** Nothing is signed that no reader would take. */
function read(bytes: Buffer): OfflineSigned['says'] {
  return formatOf(bytes) === ROOT ? { root: parseRoot(bytes) } : { head: parseHead(bytes).head };
}

function keyIdsOf(says: OfflineSigned['says']): readonly string[] {
  return 'head' in says ? says.head.keyIds : says.root.keyIds;
}
