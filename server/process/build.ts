/** One build without a server: for CI and for static hosting. */
import { existsSync } from 'node:fs';
import type { Built } from '../build/built.js';
import { warningText } from '../build/compile/build-tree.js';
import { openKeyring } from '../keys/keyring.js';
import { unixNow } from '../release/build-state.js';
import { lockFolder } from '../release/lock.js';
import { missingSignatures, type Published } from '../release/publish.js';
import { Releases } from '../release/releases.js';
import type { BuildConfig } from './config.js';
import { AsyncDisposableStack } from './disposables.js';
import { openProjectCompiler, publishOptions, warmUp } from './publish-options.js';

/**
 * @param onSkew told why the clock is not believed, before a number is made of it
 * @throws SoftOtaError key_missing, folder_locked, or what is wrong with sources, project or number
 */
export async function build(config: BuildConfig, onSkew?: (sentence: string) => void): Promise<Built> {
  const stack = new AsyncDisposableStack();
  try {
    const keyring = await openKeyring(config.keys);
    stack.defer(await lockFolder(config.bdist));
    const compiler = await openProjectCompiler(config);
    stack.defer(() => compiler.close());
    // Where nothing is remembered, compiler and linter start while the rest of the program is loaded.
    if (!existsSync(config.cache)) void warmUp(compiler);
    const { publish } = await import('../release/publish.js');
    const clock = { now: unixNow, ...(onSkew === undefined ? {} : { onSkew }) };
    const deps = { keyring, compiler, releases: new Releases(), ...clock, announce: () => undefined };
    return describe(await publish({ ...publishOptions(config), partly: true }, deps), config);
  } finally {
    await stack.disposeAsync();
  }
}

function describe({ release, warnings, ...rest }: Published, { bdist, release: asked }: BuildConfig): Built {
  const { isNew, isResigned, compiled, remembered, ms } = rest;
  return {
    release: release.number,
    keyIds: release.keyIds,
    bdist,
    sets: [...release.heads.values()].map(({ head: { abi, python, set, boards } }) => {
      const facts = `${set.files} files, ${set.bytes} bytes, ${set.blocks} blocks`;
      return `.mpy ${abi} (MicroPython ${python} or newer, boards ${boards.join(' ')}): ${facts}`;
    }),
    isNew,
    isResigned,
    ...(asked === undefined || asked === release.number ? {} : { unused: asked }),
    missing: missingSignatures(release),
    warnings: warnings.map(warningText),
    compiled,
    remembered,
    ms,
  };
}
