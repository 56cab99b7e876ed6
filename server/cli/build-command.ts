/** `npm run build`, when there may be something to do. */
import { relative } from 'node:path';
import { type Built, builtText } from '../build/built.js';
import { PROJECT_FILE } from '../build/project.js';
import { beginBuild } from '../build/up-to-date.js';
import { build } from '../process/build.js';
import { type BuildConfig, buildConfig, downgradeConfig } from '../process/config.js';
import { statePath } from '../release/layout.js';
import { BUILD, DOWNGRADE } from './commands.js';
import { print, runCommand, warn } from './run-command.js';

/** @param flags the command line as it was typed */
export function runBuild(flags: readonly string[]): Promise<void> {
  return runCommand(BUILD, async (values) => {
    const config = buildConfig(values);
    const remember = begin(flags, config);
    const built = await build(config, warn);
    remember(built);
    print(builtText(built));
  });
}

/** A lower number for what the sources say: a build, and nothing to remember. */
export function runDowngrade(): Promise<void> {
  return runCommand(DOWNGRADE, async (values) => {
    print(builtText(await build(downgradeConfig(values))));
  });
}

function begin(
  flags: readonly string[],
  { mpyCross, expiresIn, device, keys, bdist }: BuildConfig,
): (built: Built) => void {
  // Only that compiler itself could say whether it is still the same, and time goes on by itself.
  if (mpyCross !== undefined || expiresIn !== undefined) return () => undefined;
  const lock = relative('', statePath(bdist, 'lock'));
  return beginBuild(flags, { device, keys, bdist, project: PROJECT_FILE, lock });
}
