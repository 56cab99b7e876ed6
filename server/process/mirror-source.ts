/** Releases from somewhere else: a static web server or a folder, copied, checked and served. No private key is read. */
import { join } from 'node:path';
import { hasCode, SoftOtaError } from '../errors.js';
import { KEY_FILES } from '../keys/files.js';
import { readFirstRoot, readPublicKey } from '../keys/keyring.js';
import { readTrust } from '../keys/trust.js';
import { copyRelease } from '../mirror/copy.js';
import { type Follower, follow } from '../mirror/poll.js';
import { isFolder, openSource } from '../mirror/source.js';
import { MirrorTrust } from '../mirror/trust.js';
import { readRoots } from '../release/roots.js';
import { type Root, releaseKeys } from '../signing/root.js';
import { watchChanges } from '../watch/changes.js';
import { limitReason, POLLING_MESSAGE } from '../watch/limit.js';
import type { StartConfig } from './config.js';
import type { Origin, OriginDeps } from './release-source.js';

type Mirror = NonNullable<StartConfig['mirror']>;

/** @throws SoftOtaError key_missing or key_invalid */
export async function openMirror(config: StartConfig, mirror: Mirror, deps: OriginDeps): Promise<Origin> {
  const first = await readFirst(config, mirror);
  const trust = new MirrorTrust(first);
  const held = await readRoots(config.bdist);
  await trust
    .follow(async (version) => held.get(version))
    .catch((error: unknown) => {
      if (!(error instanceof SoftOtaError)) throw error;
      deps.log.warn({ code: error.code, reason: error.message }, 'held root files not believed');
    });
  const copyDeps = { source: openSource(mirror.from), trust, bdist: config.bdist, releases: deps.releases };
  let follower: Follower | undefined;
  let unwatch: (() => Promise<void>) | undefined;
  return {
    check: (bytes) => trust.check(bytes),
    roots: () => trust.roots,
    hints: [`A copy of ${mirror.from}, ${describe(first)}.`],
    begin: async () => {
      if (first === undefined) deps.log.warn({ from: mirror.from }, 'signature unchecked: no public key');
      follower = follow({
        look: () => look(copyDeps, mirror, deps),
        failed: (error) => fail(error, deps),
        interval: mirror.interval,
      });
      await follower.look();
      if (config.watch && isFolder(mirror.from)) unwatch = await watchFolder(mirror.from, follower, deps);
    },
    end: async () => {
      await unwatch?.();
      await follower?.stop();
    },
  };
}

async function look(
  copyDeps: Parameters<typeof copyRelease>[0],
  { from }: Mirror,
  deps: OriginDeps,
): Promise<void> {
  const release = await copyRelease(copyDeps);
  deps.build.ready();
  if (release !== undefined) deps.log.info({ release: release.number, from }, 'release copied');
}

function fail(error: SoftOtaError, { build, log }: OriginDeps): void {
  build.failed(error);
  log.error({ code: error.code, reason: error.message, todo: error.hint }, 'mirror failed');
}

function describe(first: Root | undefined): string {
  if (first === undefined) return 'its signature unchecked: no key given';
  const keys = releaseKeys(first).map(({ keyId }) => keyId);
  return first.version === 0
    ? `checked with key ${keys.join(', ')}`
    : `checked by root file ${first.version}`;
}

/** What was named, a key or a root file, else what lies in keys/; undefined when there is nothing. */
async function readFirst({ keys }: StartConfig, { key }: Mirror): Promise<Root | undefined> {
  if (key !== undefined) return readFirstRoot(key);
  try {
    const { history } = await readTrust(keys, () => readPublicKey(join(keys, KEY_FILES.public)));
    return history[0];
  } catch (error) {
    if (hasCode(error, 'key_missing')) return undefined;
    throw error;
  }
}

function watchFolder(folder: string, follower: Follower, { log }: OriginDeps): Promise<() => Promise<void>> {
  return watchChanges({
    paths: [folder],
    onEvent: () => undefined,
    onCalm: () => void follower.look(),
    onLimit: (error) => log.warn(limitReason(error), POLLING_MESSAGE),
    onError: (err) => log.error({ err }, 'watching failed'),
  });
}
