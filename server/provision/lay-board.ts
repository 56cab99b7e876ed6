/** Writing a board's files into a new folder. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DeviceFile } from '../compile/tree.js';
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

/** Everything is for the owner alone: Wi-Fi passwords and the board's own key are among it. */
export async function layBoard(out: string, files: readonly DeviceFile[]): Promise<void> {
  for (const { path, bytes } of files) {
    const target = join(out, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await writeFile(target, bytes, { mode: 0o600, flag: 'wx' });
  }
}
