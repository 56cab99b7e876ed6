/** Releases from somewhere else: a static web server or a folder, copied, checked and served. No private key is read. */
import { join } from 'node:path';
import { hasCode, SoftOtaError } from '../errors.js';
import { KEY_FILES } from '../keys/files.js';
import { readFirstRoot, readPublicKey } from '../keys/keyring.js';
import { readTrust } from '../keys/trust.js';
import { copyRelease } from '../mirror/copy.js';
import { type Poller, startPolling } from '../mirror/poll.js';
import { isFolder, openSource } from '../mirror/source.js';
import { MirrorTrust } from '../mirror/trust.js';
import { readRoots } from '../release/roots.js';
import { type Root, releaseKeys } from '../signing/root.js';
import { watchChanges } from '../watch/changes.js';
import { limitReason, POLLING_MESSAGE } from '../watch/limit.js';
import type { StartConfig } from './config.js';
import type { ReleaseSource, ReleaseSourceDeps } from './release-source.js';

type Mirror = NonNullable<StartConfig['mirror']>;

/** @throws SoftOtaError key_missing or key_invalid */
export async function openMirrorSource(
  config: StartConfig,
  mirror: Mirror,
  deps: ReleaseSourceDeps,
): Promise<ReleaseSource> {
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
  let poller: Poller | undefined;
  let unwatch: (() => Promise<void>) | undefined;
  return {
    check: (bytes) => trust.check(bytes),
    roots: () => trust.roots,
    hints: [`A copy of ${mirror.from}, ${describe(first)}.`],
    start: async () => {
      if (first === undefined) deps.log.warn({ from: mirror.from }, 'signature unchecked: no public key');
      poller = startPolling({
        poll: () => poll(copyDeps, mirror, deps),
        failed: (error) => fail(error, deps),
        interval: mirror.interval,
      });
      await poller.poll();
      if (config.watch && isFolder(mirror.from)) unwatch = await watchFolder(mirror.from, poller, deps);
    },
    stop: async () => {
      await unwatch?.();
      await poller?.stop();
    },
  };
}

async function poll(
  copyDeps: Parameters<typeof copyRelease>[0],
  { from }: Mirror,
  deps: ReleaseSourceDeps,
): Promise<void> {
  const release = await copyRelease(copyDeps);
  deps.build.ready();
  if (release !== undefined) deps.log.info({ release: release.number, from }, 'release copied');
}

function fail(error: SoftOtaError, { build, log }: ReleaseSourceDeps): void {
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

function watchFolder(
  folder: string,
  poller: Poller,
  { log }: ReleaseSourceDeps,
): Promise<() => Promise<void>> {
  return watchChanges({
    paths: [folder],
    onEvent: () => undefined,
    onSettled: () => void poller.poll(),
    onLimit: (error) => log.warn(limitReason(error), POLLING_MESSAGE),
    onError: (err) => log.error({ err }, 'watching failed'),
  });
}
