/** One build without a server: for CI and for static hosting. */
import type { BuildConfig } from './config.js';
import { openKeyring } from './keys/keyring.js';
import { Opened } from './opened.js';
import { unixNow } from './releases/build-state.js';
import { lockFolder } from './releases/lock.js';
import { type Published, publish } from './releases/publish.js';
import type { ServedHead } from './releases/release.js';
import { Releases } from './releases/releases.js';
import { openProjectCompiler, publishOptions } from './workshop.js';

/** @throws SoftOtaError key_missing, folder_locked, or what is wrong with sources, project or number */
export async function build(config: BuildConfig): Promise<Published> {
  const opened = new Opened();
  try {
    const keyring = await openKeyring(config.keys);
    opened.add(await lockFolder(config.bdist));
    const compiler = await openProjectCompiler(config);
    opened.add(() => compiler.close());
    const deps = { keyring, compiler, releases: new Releases(), now: unixNow, announce: () => undefined };
    return await publish(publishOptions(config), deps);
  } finally {
    await opened.close();
  }
}

/** What was built, in lines for people. */
export function summaryText(
  { release, isNew, warnings, compiled, remembered, ms }: Published,
  bdist: string,
): string {
  const what = isNew ? `Release ${release.number}` : `Nothing new: release ${release.number} stays`;
  const lines = [
    `${what} in ${bdist}, key ${release.keyIds.join(',')}.`,
    ...[...release.heads.values()].map(setLine),
    `  ${compiled} compiled, ${remembered} remembered, ${Math.round(ms)} ms`,
    ...warnings.map(
      ({ file, line, message }) => `  Warning: ${line === undefined ? file : `${file}:${line}`}: ${message}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function setLine({ head }: ServedHead): string {
  const { abi, python, set, boards } = head;
  const facts = `${set.files} files, ${set.bytes} bytes, ${set.blocks} blocks`;
  return `  .mpy ${abi} (MicroPython ${python} or newer, boards ${boards.join(' ')}): ${facts}`;
}
