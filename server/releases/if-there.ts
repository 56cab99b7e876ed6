/** Reading what may not be there: that one error is an answer, every other one stays an error. */
import { readdir, readFile } from 'node:fs/promises';

/** The bytes of a file, undefined when there is none. */
export function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(ignoreMissing);
}

/** The names in a folder, none when there is no such folder. */
export async function listIfThere(path: string): Promise<string[]> {
  return (await readdir(path).catch(ignoreMissing)) ?? [];
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return;
  throw error;
}
