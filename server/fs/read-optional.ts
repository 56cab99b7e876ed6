/** Reading what may not be there: that one error is an answer, every other one stays an error. */
import { constants } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** A pipe that somebody laid there would otherwise be waited at for ever. */
const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The bytes of a file, undefined when there is none, and no bytes for what is there and is no file. */
export function readOptional(path: string): Promise<Buffer | undefined> {
  return readFile(path, { flag: READ }).catch(emptyForFolder).catch(ignoreMissing);
}

function emptyForFolder(error: unknown): Buffer {
  if (error instanceof Error && 'code' in error && (error.code === 'EISDIR' || error.code === 'ELOOP')) {
    return Buffer.alloc(0);
  }
  throw error;
}

/** The names in a folder, none when there is no such folder. */
export async function listOptional(path: string): Promise<string[]> {
  return (await readdir(path).catch(ignoreMissing)) ?? [];
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return;
  throw error;
}
