/** Releases from sources: compile, sign, and again whenever a source changes. */
import { type Compiler, openCompiler } from './compile/compiler.js';
import type { Abi } from './compile/tree.js';
import type { BuildConfig } from './config.js';
import { hasCode } from './errors.js';
import { FreshKeys } from './fleet/fresh-keys.js';
import { ensureKeys } from './keys/ensure.js';
import type { Keyring } from './keys/keyring.js';
import { warmRuff } from './lint/ruff.js';
import { verifyHead } from './manifest/verify.js';
import type { Origin, OriginDeps } from './origin.js';
import { PROJECT_FILE, readProject } from './project.js';
import { unixNow } from './releases/build-state.js';
import { type Published, type PublishOptions, publish } from './releases/publish.js';
import { watchChanges } from './watch/changes.js';
import { type Republish, republisher } from './watch/republish.js';

/** The working directory is where soft-ota.json, device/, keys/ and bdist/ are. */
const PROJECT = '.';

export interface WorkshopConfig extends BuildConfig {
  readonly watch: boolean;
}

/** @throws SoftOtaError as the keyring, the project and the compiler */
export async function openWorkshop(config: WorkshopConfig, deps: OriginDeps): Promise<Origin> {
  const { keyring, made } = await ensureKeys(config.keys);
  const key = keyring.publicKey();
  if (made) deps.log.warn({ key: key.keyId, folder: config.keys }, 'development key made');
  const compiler = await openProjectCompiler(config);
  const republish = openRepublish(config, { ...deps, keyring, compiler });
  let unwatch: (() => Promise<void>) | undefined;
  const master = masterOf(keyring);
  return {
    check: (bytes) => verifyHead(bytes, [key]),
    ...(master === undefined ? {} : { freshKeys: new FreshKeys(master) }),
    hints: made ? [`A development key was made in ${config.keys}/: back it up, boards will trust it.`] : [],
    begin: async () => {
      const watching = config.watch ? watchSources(config.device, republish, deps) : undefined;
      await republish.request();
      unwatch = await watching;
      // The first saved file must not wait for what only a first use loads.
      void warmUp(compiler);
    },
    end: async () => {
      await unwatch?.();
      republish.outdate();
      await compiler.close();
    },
  };
}

/** @throws SoftOtaError config_invalid or compiler_missing */
export async function openProjectCompiler({ mpyCross }: Pick<BuildConfig, 'mpyCross'>): Promise<Compiler> {
  const { march } = await readProject(PROJECT);
  return openCompiler({
    ...(mpyCross === undefined ? {} : { mpyCross }),
    ...(march === undefined ? {} : { march }),
  });
}

/** A build that took everything from memory has started no compiler and no linter yet. */
async function warmUp(compiler: Compiler): Promise<void> {
  const { abis } = await readProject(PROJECT);
  const compile = (abi: Abi) =>
    compiler.compile({ abi, path: 'warm.py', source: Buffer.from('pass\n'), checkOnly: false });
  await Promise.allSettled([warmRuff(), ...abis.map(compile)]);
}

export function publishOptions(config: BuildConfig): PublishOptions {
  const { device, bdist, cache, release, sourceDate } = config;
  return {
    device,
    bdist,
    cache,
    project: PROJECT,
    ...(release === undefined ? {} : { number: release }),
    ...(sourceDate === undefined ? {} : { sourceDate }),
  };
}

interface RepublishDeps extends OriginDeps {
  readonly keyring: Keyring;
  readonly compiler: Compiler;
}

function openRepublish(config: BuildConfig, deps: RepublishDeps): Republish {
  const announce = (published: Published) => {
    deps.build.ready();
    announcePublished(published, deps);
  };
  const options = publishOptions(config);
  return republisher(
    (signal) => publish(options, { ...deps, now: unixNow, announce }, signal),
    (error) => {
      deps.build.failed(error);
      deps.log.error({ code: error.code, reason: error.message, todo: error.hint }, 'build failed');
    },
  );
}

function announcePublished(published: Published, { log }: OriginDeps): void {
  const { release, isNew, warnings, compiled, remembered, ms } = published;
  for (const warning of warnings) log.warn(warning, 'build warning');
  const facts = { release: release.number, compiled, remembered, ms: Math.round(ms) };
  log.info(facts, isNew ? 'release published' : 'release unchanged');
}

function watchSources(
  device: string,
  republish: Republish,
  { log }: OriginDeps,
): Promise<() => Promise<void>> {
  return watchChanges({
    paths: [device, PROJECT_FILE],
    onEvent: republish.outdate,
    onCalm: () => void republish.request(),
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
