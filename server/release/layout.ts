/** Where things lie in a release folder (docs/protocol.md §1), the same in bdist/, on a static host and in a mirror's source. */
import { basename, dirname, join, resolve } from 'node:path';

/** The hex spelling of a SHA-256, as in URLs and file names. */
export const HEX_HASH: RegExp = /^[0-9a-f]{64}$/;
/** A folder of one ABI: the name is its number. */
export const ABI_FOLDER: RegExp = /^[1-9][0-9]{0,2}$/;
export const BLOBS = 'blobs';
export const ROOTS = 'root';
/** An empty file: GitHub Pages would otherwise run Jekyll over the folder. */
export const NO_JEKYLL = '.nojekyll';

export function headPath(bdist: string, abi: number): string {
  return join(bdist, String(abi), 'head');
}

export function rootFilePath(bdist: string, version: number): string {
  return join(bdist, ROOTS, String(version));
}

export function blobPath(bdist: string, hash: string): string {
  return join(bdist, BLOBS, hash);
}

/** Locks and half-written folders lie beside bdist/, on the same file system, never in what a web server shows. */
export function statePath(bdist: string, suffix: string): string {
  const folder = resolve(bdist);
  return join(dirname(folder), '.soft-ota', `${basename(folder)}.${suffix}`);
}
