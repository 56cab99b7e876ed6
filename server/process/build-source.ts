/** Releases from sources: compile, sign, and again whenever a source changes. */

import { type Warning, warningText } from '../build/compile/build-tree.js';
import type { Compiler } from '../build/compile/compiler.js';
import { PROJECT_FILE } from '../build/project.js';
import { hasCode } from '../errors.js';
import { FreshKeys } from '../fleet/fresh-keys.js';
import { ensureKeys } from '../keys/ensure.js';
import type { Keyring } from '../keys/keyring.js';
import { servedRoots } from '../keys/trust.js';
import { unixNow } from '../release/build-state.js';
import { type Published, publish } from '../release/publish.js';
import { verifyTrusted } from '../signing/trust.js';
import { watchChanges } from '../watch/changes.js';
import { limitReason, POLLING_MESSAGE } from '../watch/limit.js';
import { type Republish, republisher } from '../watch/republish.js';
import type { BuildConfig } from './config.js';
import { openProjectCompiler, publishOptions, warmUp } from './publish-options.js';
import type { ReleaseSource, ReleaseSourceDeps } from './release-source.js';

/** So many lines of one build are read; the rest is for the linter. */
const MAX_WARNINGS = 20;

export interface BuildSourceConfig extends BuildConfig {
  readonly watch: boolean;
}

/** @throws SoftOtaError as the keyring, the project and the compiler */
export async function openBuildSource(
  config: BuildSourceConfig,
  deps: ReleaseSourceDeps,
): Promise<ReleaseSource> {
  const { keyring, made } = await ensureKeys(config.keys);
  const key = keyring.publicKey();
  if (made) deps.log.warn({ key: key.keyId, folder: config.keys }, 'development key made');
  const compiler = await openProjectCompiler(config);
  const republish = openRepublish(config, { ...deps, keyring, compiler });
  let begun: Promise<() => Promise<void>> | undefined;
  const master = masterOf(keyring);
  return {
    check: (bytes) => verifyTrusted(bytes, keyring.trust.current),
    roots: () => servedRoots(keyring.trust),
    ...(master === undefined ? {} : { freshKeys: new FreshKeys(master) }),
    hints: made ? [`A development key was made in ${config.keys}/: back it up, boards will trust it.`] : [],
    start: async () => {
      begun = begin(config, republish, deps);
      await begun;
      // The first saved file must not wait for what only a first use loads.
      void warmUp(compiler);
    },
    stop: async () => {
      republish.end();
      const unwatch = await begun?.catch(() => undefined);
      await unwatch?.();
      await compiler.close();
    },
  };
}

/** Resolves after the first build, with what ends the watch. */
async function begin(
  config: BuildSourceConfig,
  republish: Republish,
  deps: ReleaseSourceDeps,
): Promise<() => Promise<void>> {
  const watching = config.watch ? watchSources(config.device, republish, deps) : undefined;
  await republish.request();
  return (await watching) ?? (async () => undefined);
}

interface RepublishDeps extends ReleaseSourceDeps {
  readonly keyring: Keyring;
  readonly compiler: Compiler;
}

function openRepublish(config: BuildConfig, deps: RepublishDeps): Republish {
  let said: ReadonlySet<string> = new Set();
  const announce = (published: Published) => {
    deps.build.ready();
    deps.build.names = published.names;
    warnOnce(published.warnings, said, deps);
    said = new Set(published.warnings.map(warningText));
    announcePublished(published, deps);
  };
  const onSkew = (reason: string) => deps.log.warn({ reason }, 'clock not believed');
  const options = publishOptions(config);
  return republisher(
    (signal) => publish(options, { ...deps, now: unixNow, onSkew, announce }, signal),
    (error) => {
      deps.build.failed(error);
      deps.log.error({ code: error.code, reason: error.message, todo: error.hint }, 'build failed');
    },
  );
}

/** What was said of the release before is not said again at each save. */
function warnOnce(warnings: readonly Warning[], said: ReadonlySet<string>, { log }: ReleaseSourceDeps): void {
  const fresh = warnings.filter((warning) => !said.has(warningText(warning)));
  for (const warning of fresh.slice(0, MAX_WARNINGS)) log.warn(warning, 'build warning');
  const more = fresh.length - MAX_WARNINGS;
  if (more > 0) log.warn({ more, todo: 'npm run lint shows all of them.' }, 'more build warnings');
}

function announcePublished(published: Published, { log }: ReleaseSourceDeps): void {
  const { release, isNew, compiled, remembered, ms } = published;
  const facts = { release: release.number, compiled, remembered, ms: Math.round(ms) };
  log.info(facts, isNew ? 'release published' : 'release unchanged');
}

function watchSources(
  device: string,
  republish: Republish,
  { log, build }: ReleaseSourceDeps,
): Promise<() => Promise<void>> {
  return watchChanges({
    paths: [device, PROJECT_FILE],
    onEvent: republish.invalidate,
    onSettled: () => void republish.request(),
    onLimit: (error) => {
      build.polls();
      log.warn(limitReason(error), POLLING_MESSAGE);
    },
    onError: (err) => log.error({ err }, 'watching failed'),
  });
}

/** A keyring that only signs is enough: then no answer is proven fresh. */
function masterOf(keyring: Keyring): Buffer | undefined {
  try {
    return keyring.enrolmentMaster();
  } catch (error) {
    if (hasCode(error, 'key_missing')) return undefined;
    throw error;
  }
}
