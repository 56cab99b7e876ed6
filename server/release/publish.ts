/** THE use case: from a folder of sources to a release that is signed, on disk and served. */

import { buildTree, type Tree } from '../build/compile/build-tree.js';
import type { Compiler } from '../build/compile/compiler.js';
import { lintTree } from '../build/lint/lint.js';
import { type Project, readProject } from '../build/project.js';
import { SoftOtaError } from '../errors.js';
import { servedRoots } from '../keys/trust.js';
import { missingKeys } from '../signing/cosign.js';
import { parseHead } from '../signing/head.js';
import type { RootFields } from '../signing/root.js';
import { verifyTrusted } from '../signing/trust.js';
import { finishCommit } from './commit-heads.js';
import { roomWarnings } from './flash-room.js';
import { readHeads } from './heads.js';
import { makeRelease, type Release, type SignedSet } from './release.js';
import type { Releases } from './releases.js';
import { missingRequiredFiles } from './required-files.js';
import { checkNotAhead } from './roots.js';
import { checkSecrets } from './secrets.js';
import { describeSet } from './sets.js';
import { type SigningDeps, type SigningOptions, signSets } from './sign-sets.js';
import { writeRelease } from './write-release.js';

export interface PublishOptions extends SigningOptions {
  /** Where the release goes. Its lock must be held. */
  readonly bdist: string;
  /** Folder of soft-ota.json. */
  readonly project: string;
  /** Folder of compiled files that are remembered. */
  readonly cache: string;
  /** True where a release may be laid down that waits for signatures from elsewhere. */
  readonly partly?: boolean;
}

export interface PublishDeps extends SigningDeps {
  readonly compiler: Compiler;
  readonly releases: Releases;
  readonly announce: (published: Published) => void;
}

export interface Published extends Omit<Tree, 'sets'> {
  readonly release: Release;
  /** False when the sources say what the last release said. */
  readonly isNew: boolean;
  /** True when the release is the same, and its head is not: other keys, another expiry. */
  readonly isResigned: boolean;
  readonly ms: number;
}

/**
 * Builds what the sources say now and serves it from then on. Whatever fails, the previous release stays on disk and served.
 * @param signal aborted when the sources have changed meanwhile: then nothing is published
 * @throws SoftOtaError what is wrong with sources, project, keys or number; AbortError
 */
export async function publish(
  options: PublishOptions,
  deps: PublishDeps,
  signal?: AbortSignal,
): Promise<Published> {
  const started = performance.now();
  await finishCommit(options.bdist, (bytes) => parseHead(bytes).head);
  const project = await readProject(options.project);
  const { sets, ...tree } = await lintAndCompile(options, project, deps.compiler, signal);
  for (const { files } of sets) checkSecrets(files);
  const { trust } = deps.keyring;
  await checkNotAhead(options.bdist, trust.current.version);
  const described = sets.map((set) => describeSet(set, project, trust.current));
  const signed = await signSets(described, await readHeads(options.bdist), options, deps);
  if (options.partly !== true) checkComplete(signed.sets, trust.current);
  signal?.throwIfAborted();
  const blobs = new Map(described.flatMap((set) => [...set.blobs]));
  const release = await writeRelease(options.bdist, makeRelease(signed.sets, blobs, servedRoots(trust)));
  deps.releases.activate(release);
  const published = {
    ...tree,
    warnings: [...tree.warnings, ...missingRequiredFiles(sets), ...roomWarnings(sets, tree.guard, project)],
    release,
    isNew: signed.isNew,
    isResigned: signed.isResigned,
    ms: performance.now() - started,
  };
  deps.announce(published);
  return published;
}

/** Keys that have yet to sign a release. */
export function missingSignatures({ heads }: Release): string[] {
  return [...new Set([...heads.values()].flatMap(({ bytes }) => missingKeys(bytes)))];
}

/** What boards would refuse is not served. @throws SoftOtaError threshold_unmet, signature_invalid */
function checkComplete(sets: readonly SignedSet[], root: RootFields): void {
  for (const { bytes } of sets) {
    const missing = missingKeys(bytes);
    if (missing.length === 0) verifyTrusted(bytes, root);
    else
      throw new SoftOtaError(
        'threshold_unmet',
        `The release waits for the signature of ${missing.join(', ')}.`,
      );
  }
}

function lintAndCompile(
  { device, cache }: PublishOptions,
  project: Project,
  compiler: Compiler,
  signal: AbortSignal | undefined,
): Promise<Tree> {
  const { abis, keepSource, minify } = project;
  const inspect = (sources: ReadonlyMap<string, string>) => lintTree(sources, { ...project, cache }, signal);
  const unless = signal === undefined ? {} : { signal };
  const small = minify === undefined ? {} : { minify };
  return buildTree({ device, cache, abis, keepSource, inspect, ...unless, ...small }, compiler);
}
