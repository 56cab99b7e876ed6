/** What every publish needs, in a server as in a single build. */
import { type Compiler, openCompiler } from '../build/compile/compiler.js';
import type { Abi } from '../build/compile/messages.js';
import { warmRuff } from '../build/lint/ruff.js';
import { readProject } from '../build/project.js';
import type { PublishOptions } from '../release/publish.js';
import type { BuildConfig } from './config.js';

/** The working directory is where soft-ota.json, device/, keys/ and bdist/ are. */
const PROJECT = '.';

/** @throws SoftOtaError config_invalid or compiler_missing */
export async function openProjectCompiler({ mpyCross }: Pick<BuildConfig, 'mpyCross'>): Promise<Compiler> {
  const { march } = await readProject(PROJECT);
  return openCompiler({
    ...(mpyCross === undefined ? {} : { mpyCross }),
    ...(march === undefined ? {} : { march }),
  });
}

/** Starts compiler and linter before there is work for them: each takes longer to start than to do it. Never fails. */
export async function warmUp(compiler: Compiler): Promise<void> {
  const project = await readProject(PROJECT).catch(() => undefined);
  const compile = (abi: Abi) =>
    compiler.compile({ abi, path: 'warm.py', source: Buffer.from('pass\n'), checkOnly: false });
  await Promise.allSettled([warmRuff(), ...(project?.abis ?? []).map(compile)]);
}

export function publishOptions(config: BuildConfig): PublishOptions {
  const { device, bdist, cache, release, sourceDate, expiresIn, cosigners, downgrade } = config;
  return {
    device,
    bdist,
    cache,
    project: PROJECT,
    ...(release === undefined ? {} : { number: release }),
    ...(sourceDate === undefined ? {} : { sourceDate }),
    ...(expiresIn === undefined ? {} : { expiresIn }),
    ...(cosigners === undefined ? {} : { cosigners }),
    ...(downgrade === undefined ? {} : { downgrade }),
  };
}
