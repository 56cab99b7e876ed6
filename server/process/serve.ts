/** Puts the server together and starts it. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ASKED_PORT, answerQuestions } from '../discovery/discovery.js';
import { SoftOtaError } from '../errors.js';
import { Fleet } from '../fleet/fleet.js';
import { Reports } from '../fleet/reports.js';
import { RolloutHealth } from '../fleet/rollout-health.js';
import { RolloutHealthFile } from '../fleet/rollout-health-file.js';
import { buildApp } from '../http/app.js';
import { KEY_FILES } from '../keys/files.js';
import { BuildState } from '../release/build-state.js';
import { finishCommit } from '../release/commit-heads.js';
import { statePath } from '../release/layout.js';
import { loadRelease } from '../release/load.js';
import { lockFolder } from '../release/lock.js';
import { Releases } from '../release/releases.js';
import { openBuildSource } from './build-source.js';
import type { StartConfig } from './config.js';
import { AsyncDisposableStack } from './disposables.js';
import { addresses, closeGracefully, listen } from './listen.js';
import { openMirrorSource } from './mirror-source.js';
import type { ReleaseSource, ReleaseSourceDeps } from './release-source.js';

export interface Running {
  readonly port: number;
  /** Where boards and browsers reach it. */
  readonly urls: readonly string[];
  readonly releases: Releases;
  readonly hints: readonly string[];
  close(): Promise<void>;
}

/**
 * Resolves once the first build or copy was tried, or `stop` is aborted; heads are answered before, from the last run's release when it is whole.
 * @throws SoftOtaError port_in_use, folder_locked, config_invalid, or what is wrong with the keys
 */
export async function serve(config: StartConfig, log: Logger, stop?: AbortSignal): Promise<Running> {
  const stack = new AsyncDisposableStack();
  try {
    return await open(config, log, stack, stop);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function open(
  config: StartConfig,
  log: Logger,
  stack: AsyncDisposableStack,
  stop: AbortSignal | undefined,
): Promise<Running> {
  const deps = { log, releases: new Releases(), build: new BuildState() };
  const reports = new Reports(log, new RolloutHealth(config.haltAt));
  const fleet = new Fleet(log, deps.releases, { reports });
  stack.defer(() => fleet.close());
  let source: ReleaseSource | undefined;
  const app = await buildApp({
    ...deps,
    fleet,
    freshKeys: () => source?.freshKeys,
    enrolledOnly: config.enrolledOnly ?? false,
    consoleOpen: config.consoleOpen ?? false,
    trustProxy: config.trustProxy ?? [],
  });
  const port = await listen(app, config.host, config.port);
  stack.defer(() => closeGracefully(app));
  const urls = addresses(config.host, port);
  log.info({ urls, port }, 'listening');
  stack.defer(await lockFolder(config.bdist));
  await openReports(config.bdist, reports, log, stack);
  source = await openSource(config, deps);
  stack.defer(() => source?.stop());
  if (config.enrolledOnly === true && source.freshKeys === undefined) throw unknownBoards(config.keys);
  await finishCommit(config.bdist, source.check);
  await serveLast(config.bdist, source, deps);
  await openDiscovery(config, port, deps, stack);
  await Promise.race([source.start(), ...(stop === undefined ? [] : [whenAborted(stop)])]);
  return { port, urls, releases: deps.releases, hints: source.hints, close: () => stack.disposeAsync() };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** What boards have reported of a release is kept beside its folder, under the same lock. */
async function openReports(
  bdist: string,
  reports: Reports,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<void> {
  const file = new RolloutHealthFile(statePath(bdist, 'fleet.json'), reports.health, log);
  await file.open();
  reports.onChange((urgent) => file.changed(urgent));
  stack.defer(() => file.close());
}

function unknownBoards(keys: string): SoftOtaError {
  const path = join(keys, KEY_FILES.master);
  return new SoftOtaError('key_missing', `--enrolled-only knows boards by ${path}, which is not there.`);
}

function openSource(config: StartConfig, deps: ReleaseSourceDeps): Promise<ReleaseSource> {
  return config.mirror === undefined
    ? openBuildSource(config, deps)
    : openMirrorSource(config, config.mirror, deps);
}

/** What the last run published is served while the first build runs, if every byte of it is right. */
async function serveLast(
  bdist: string,
  { check, roots }: ReleaseSource,
  { releases, log }: ReleaseSourceDeps,
): Promise<void> {
  try {
    releases.activate(await loadRelease(bdist, check, roots()));
  } catch (error) {
    if (!(error instanceof SoftOtaError)) throw error;
    if (error.code === 'release_missing') return;
    log.warn({ code: error.code, reason: error.message }, 'last release not served');
  }
}

/** Without discovery, boards that were given the address still find the server. */
async function openDiscovery(
  { host, port: asked }: StartConfig,
  httpPort: number,
  { releases, log }: ReleaseSourceDeps,
  stack: AsyncDisposableStack,
): Promise<void> {
  const localOnly = host.startsWith('127.') || host === 'localhost' || host === '::1';
  // A test on any free port must not answer the boards of the house.
  const ports = asked === 0 ? [httpPort] : new Set([httpPort, ASKED_PORT]);
  for (const port of ports) {
    try {
      stack.defer(await answerQuestions({ port, httpPort, localOnly, releases }));
    } catch (error) {
      log.warn(unheard(port, error), 'boards cannot find this server by asking');
    }
  }
}

/** Boards ask one port of their whole network, so one server alone can answer there. */
function unheard(port: number, error: unknown): object {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reason =
    code === 'EADDRINUSE'
      ? `Another program, maybe another soft-ota, answers on UDP port ${port}.`
      : String(error);
  return { port, reason, todo: 'Tell boards the address: provision --server URL, simulate --server URL.' };
}
