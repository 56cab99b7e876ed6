/** Releases from somewhere else: a static web server or a folder, copied, checked and served. No private key is read. */
import { join } from 'node:path';
import type { StartConfig } from './config.js';
import { hasCode, type SoftOtaError } from './errors.js';
import { KEY_FILES } from './keys/files.js';
import { readPublicKey } from './keys/keyring.js';
import { parseHead } from './manifest/head.js';
import { type PublicKey, verifyHead } from './manifest/verify.js';
import { copyRelease } from './mirror/copy.js';
import { type Follower, follow } from './mirror/follow.js';
import { isFolder, openSource } from './mirror/source.js';
import type { Origin, OriginDeps } from './origin.js';
import type { CheckHead } from './releases/heads.js';
import { watchChanges } from './watch/changes.js';

type Mirror = NonNullable<StartConfig['mirror']>;

/** @throws SoftOtaError key_missing or key_invalid */
export async function openMirror(config: StartConfig, mirror: Mirror, deps: OriginDeps): Promise<Origin> {
  const key = await readKey(config, mirror);
  const check = checkWith(key);
  const copyDeps = { source: openSource(mirror.from), check, bdist: config.bdist, releases: deps.releases };
  let follower: Follower | undefined;
  let unwatch: (() => Promise<void>) | undefined;
  return {
    check,
    hints: [
      `A copy of ${mirror.from}, ${key === undefined ? 'its signature unchecked: no key given' : `checked with key ${key.keyId}`}.`,
    ],
    begin: async () => {
      if (key === undefined) deps.log.warn({ from: mirror.from }, 'signature unchecked: no public key');
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

/** The key that was named, else the one that lies in keys/; undefined when there is none. */
async function readKey({ keys }: StartConfig, { key }: Mirror): Promise<PublicKey | undefined> {
  if (key !== undefined) return readPublicKey(key);
  try {
    return await readPublicKey(join(keys, KEY_FILES.public));
  } catch (error) {
    if (hasCode(error, 'key_missing')) return undefined;
    throw error;
  }
}

/** Devices check the signature in any case; a mirror that can do it keeps a forgery from spreading at all. */
function checkWith(key: PublicKey | undefined): CheckHead {
  return key === undefined ? (bytes) => parseHead(bytes).head : (bytes) => verifyHead(bytes, [key]);
}

function watchFolder(folder: string, follower: Follower, { log }: OriginDeps): Promise<() => Promise<void>> {
  return watchChanges({
    paths: [folder],
    onEvent: () => undefined,
    onCalm: () => void follower.look(),
    onError: (err) => log.error({ err }, 'watching failed'),
  });
}
