/** Writing a board's files into a new folder. */
import { mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { DeviceFile } from '../build/compile/build-tree.js';
import { SoftOtaError } from '../errors.js';

/** @throws SoftOtaError out_not_empty when there is anything in `out`, or when it is a file */
export async function checkEmpty(out: string): Promise<void> {
  const names = await readdir(out).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [out];
    throw error;
  });
  if (names.length > 0) throw new SoftOtaError('out_not_empty', `${out} is not an empty folder.`);
}

/**
 * A board's files must not lie where others are published from: the next build would sign the Wi-Fi password, and a web server
 * hand it out.
 * @throws SoftOtaError config_invalid
 */
export async function checkPlace({ out, ...published }: Places): Promise<void> {
  const place = await realPlace(out);
  for (const [flag, folder] of Object.entries({ device: published.device, bdist: published.bdist })) {
    const inside = relative(await realPlace(folder), place);
    if (inside.startsWith('..') || isAbsolute(inside)) continue;
    throw new SoftOtaError(
      'config_invalid',
      `${out} lies in ${folder} (--${flag}), which is published: a board's files hold its Wi-Fi passwords and its key.`,
    );
  }
}

interface Places {
  readonly out: string;
  readonly device: string;
  readonly bdist: string;
}

/** Where a path leads that may not be there yet, links followed as far as it is. */
async function realPlace(path: string): Promise<string> {
  const full = resolve(path);
  const real = await realpath(full).catch(() => undefined);
  if (real !== undefined || dirname(full) === full) return real ?? full;
  return join(await realPlace(dirname(full)), basename(full));
}

/** A new board has it, so that it needs no free block when its flash is full. */
export const EMPTY_FOLDER = 'update';

/**
 * Everything is for the owner alone: Wi-Fi passwords and the board's own key are among it. Git never takes it, by a
 * file that is not for the board.
 */
export async function writeBoard(out: string, files: readonly DeviceFile[]): Promise<void> {
  await mkdir(join(out, EMPTY_FOLDER), { recursive: true, mode: 0o700 });
  await writeFile(join(out, '.gitignore'), '*\n', { mode: 0o600, flag: 'wx' });
  for (const { path, bytes } of files) {
    const target = join(out, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, bytes, { mode: 0o600, flag: 'wx' });
  }
}
