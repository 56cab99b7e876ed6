import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { SoftOtaError } from '../errors.js';
import type { IsIgnored } from './ignore-file.js';

interface Place {
  /** Path under the device folder, `/` between segments, empty for the folder itself. */
  readonly path: string;
  /** Real paths of the folders that led here: a link back to one of them would never end. */
  readonly trail: readonly string[];
}

/**
 * The files of a tree, as paths relative to `root` in no certain order. Links are followed when they stay
 * inside.
 * Throws `source_missing` for a folder that cannot be read, `source_symlink` for a link that leads out, in a
 * circle or nowhere.
 */
export async function listFiles(root: string, skip: IsIgnored): Promise<string[]> {
  const real = await realpath(root).catch((cause) => {
    throw new SoftOtaError('source_missing', `${root} does not exist`, { cause });
  });
  return walk(root, { path: '', trail: [real] }, skip);
}

async function walk(root: string, place: Place, skip: IsIgnored): Promise<string[]> {
  const entries = await readdir(join(root, place.path), { withFileTypes: true }).catch((cause) => {
    throw new SoftOtaError('source_missing', `${join(root, place.path)} is not a readable folder`, { cause });
  });
  const found = entries.map((entry) => visit(root, place, entry, skip));
  return (await Promise.all(found)).flat();
}

async function visit(
  root: string,
  { path: folder, trail }: Place,
  entry: Dirent,
  skip: IsIgnored,
): Promise<string[]> {
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
  if (entry.isFile()) return skip(path) ? [] : [path];
  if (skip(path) || skip(`${path}/`)) return [];
  if (entry.isDirectory())
    return walk(root, { path, trail: [...trail, join(trail.at(-1) ?? '', entry.name)] }, skip);
  if (entry.isSymbolicLink()) return follow(root, { path, trail }, skip);
  throw new SoftOtaError('source_symlink', `${join(root, path)} is neither a file nor a folder`);
}

async function follow(root: string, { path, trail }: Place, skip: IsIgnored): Promise<string[]> {
  const target = await realpath(join(root, path)).catch((cause) => {
    throw new SoftOtaError('source_symlink', `${join(root, path)} is a link that leads nowhere`, { cause });
  });
  const top = trail[0] ?? '';
  if (!`${target}${sep}`.startsWith(`${top}${sep}`)) {
    throw new SoftOtaError('source_symlink', `${join(root, path)} is a link that leads out of the folder`);
  }
  if (trail.some((folder) => `${folder}${sep}`.startsWith(`${target}${sep}`))) {
    throw new SoftOtaError('source_symlink', `${join(root, path)} is a link to a folder that it stands in`);
  }
  const isFolder = (await stat(target)).isDirectory();
  return isFolder ? walk(root, { path, trail: [...trail, target] }, skip) : [path];
}
