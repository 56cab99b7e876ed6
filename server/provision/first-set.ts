/** The set that a new board starts with: the current release as it was signed, else what the sources make now. */
import { join } from 'node:path';
import { type Abi, buildTree, type DeviceFile } from '../build/compile/build-tree.js';
import { openCompiler } from '../build/compile/compiler.js';
import { stripped } from '../build/compile/strip.js';
import { readProject } from '../build/project.js';
import { GUARD, isGuard, readSources } from '../build/sources.js';
import { SoftOtaError } from '../errors.js';
import { readBlob } from '../release/blobs.js';
import { checkAbi } from '../release/consistency.js';
import { readHeads, type StoredHead } from '../release/heads.js';
import { sha256 } from '../release/release.js';
import { checkSecrets } from '../release/secrets.js';
import { encodeManifest, parseManifest } from '../signing/manifest.js';
import type { RootFields } from '../signing/root.js';
import { verifyTrusted } from '../signing/trust.js';

export interface FirstSet {
  readonly files: readonly DeviceFile[];
  /** boot.py and its part of rescue/. */
  readonly guard: readonly DeviceFile[];
  readonly manifest: Buffer;
  /** The signed head and its number; absent when there is no release yet. */
  readonly release?: { readonly number: number; readonly head: Buffer };
}

export interface FirstSetOptions {
  readonly device: string;
  readonly bdist: string;
  readonly abi: Abi;
  readonly board: string;
  /** Whom the board will trust. */
  readonly root: RootFields;
}

/**
 * @throws SoftOtaError source_missing without a guard, secret_in_set, abi_unknown or board_unknown when the release is not for this board, and
 *   whatever a fault in the release folder or in the sources is
 */
export async function firstSet(options: FirstSetOptions): Promise<FirstSet> {
  const heads = await readHeads(options.bdist);
  return heads.length === 0 ? builtSet(options) : releasedSet(options, heads);
}

async function releasedSet(options: FirstSetOptions, heads: readonly StoredHead[]): Promise<FirstSet> {
  const { bdist, abi, board, root } = options;
  const stored = heads.find((head) => head.abi === abi);
  if (stored === undefined) {
    throw new SoftOtaError('abi_unknown', `The release in ${bdist} has nothing for ABI ${abi}.`);
  }
  const head = verifyTrusted(stored.bytes, root);
  checkAbi(head, abi);
  checkBoard(head.boards, board);
  const manifest = await readBlob(bdist, head.manifest.sha256.toString('hex'));
  const files = [];
  for (const { path, sha256: hash } of parseManifest(manifest)) {
    files.push({ path, bytes: await readBlob(bdist, hash.toString('hex')) });
  }
  const release = { number: head.release, head: stored.bytes };
  return { files, guard: await readGuard(options.device), manifest, release };
}

function checkBoard(boards: readonly string[], board: string): void {
  if (boards.includes('*') || boards.includes(board)) return;
  throw new SoftOtaError('board_unknown', `The release is for ${boards.join(', ')}, not for ${board}.`);
}

async function readGuard(device: string): Promise<readonly DeviceFile[]> {
  return checkGuard(device, (await readSources(device)).filter(({ path }) => isGuard(path)).map(stripped));
}

function checkGuard(device: string, guard: readonly DeviceFile[]): readonly DeviceFile[] {
  if (guard.some(({ path }) => path === GUARD)) return guard;
  throw new SoftOtaError(
    'source_missing',
    `There is no guard: ${join(device, GUARD)} is missing. boot.py, rescue/, net.py and ota/ come from the folder device/ of soft-ota.`,
  );
}

async function builtSet({ device, abi }: FirstSetOptions): Promise<FirstSet> {
  const { keepSource, march, minify } = await readProject();
  const cache = join('.soft-ota', 'cache');
  const compiler = openCompiler(march === undefined ? {} : { march });
  try {
    const small = minify === undefined ? {} : { minify };
    const { sets, guard } = await buildTree({ device, abis: [abi], cache, keepSource, ...small }, compiler);
    const files = sets.find((set) => set.abi === abi)?.files ?? [];
    checkSecrets(files);
    return { files, guard: checkGuard(device, guard), manifest: manifestOf(files) };
  } finally {
    await compiler.close();
  }
}

function manifestOf(files: readonly DeviceFile[]): Buffer {
  return encodeManifest(
    files.map(({ path, bytes }) => ({ path, size: bytes.length, sha256: sha256(bytes) })),
  );
}
