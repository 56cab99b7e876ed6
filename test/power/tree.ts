/** All that lies on a flash, in memory: to compare it, to lay it down again, and to know whether it was there before. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { DEFAULT_LITTLEFS } from '../../simulator/options.js';
import { fileBlocks } from '../../simulator/worker/blocks.js';
import { MOVING } from '../../simulator/worker/disk.js';
import { disguise, LITTLEFS, type Moving } from '../../simulator/worker/moving.js';

const FOLDER_BLOCKS = 2;

/** Path → content; undefined for a folder. */
export type Tree = ReadonlyMap<string, Buffer | undefined>;

/** No path: a rename that lacks its second commit (littlefs, from one folder to another), as JSON. */
export const HALF = '\0half a rename';

export function readTree(folder: string): Tree {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const tree = entries.map((entry): [string, Buffer | undefined] => {
    const path = join(entry.parentPath, entry.name);
    return [relative(folder, path), entry.isFile() ? readFileSync(path) : undefined];
  });
  return new Map(tree.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Folders come before what is in them, since the tree is sorted. */
export function writeTree(tree: Tree, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of tree) {
    if (path === HALF && bytes !== undefined) writeFileSync(`${folder}${MOVING}`, bytes);
    else if (bytes === undefined) mkdirSync(join(folder, path));
    else writeFileSync(join(folder, path), bytes);
  }
}

const hashes = new WeakMap<Buffer, string>();

/** The same for the same tree. */
export function nameOf(tree: Tree): string {
  const lines = [...tree].map(([path, bytes]) => `${path} ${bytes === undefined ? '/' : hashOf(bytes)}`);
  return createHash('sha256').update(lines.sort().join('\n')).digest('base64');
}

function hashOf(bytes: Buffer): string {
  const known = hashes.get(bytes) ?? createHash('sha256').update(bytes).digest('base64');
  hashes.set(bytes, known);
  return known;
}

export function without(tree: Tree, gone: (path: string) => boolean): Tree {
  return new Map([...tree].filter(([path]) => !gone(path)));
}

/** Undefined takes away; folders are made as needed. */
export function changed(tree: Tree, changes: Readonly<Record<string, Buffer | string | undefined>>): Tree {
  const all = new Map(tree);
  for (const [path, content] of Object.entries(changes)) {
    if (content === undefined) all.delete(path);
    else all.set(path, Buffer.from(content));
    for (let end = path.indexOf('/'); end > 0 && content !== undefined; end = path.indexOf('/', end + 1))
      all.set(path.slice(0, end), undefined);
  }
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is not the same, for people; empty when nothing is. */
export function differences(is: Tree, wanted: Tree): string[] {
  const paths = [...new Set([...is.keys(), ...wanted.keys()])].sort();
  return paths.flatMap((path) => {
    if (!wanted.has(path)) return [`${path} is there`];
    if (!is.has(path)) return [`${path} is missing`];
    const [a, b] = [is.get(path), wanted.get(path)];
    const same = a === undefined || b === undefined ? a === b : a.equals(b);
    return same ? [] : [`${path} differs`];
  });
}

/** What a board sees of it until its first change: less or other files, where a rename is half done. */
export function seen(tree: Tree, fs: string): Tree {
  const [, version] = fs.split(' ');
  const half = tree.get(HALF);
  const littlefs = LITTLEFS.find((one) => one === (version ?? DEFAULT_LITTLEFS));
  if (half === undefined || littlefs === undefined) return tree;
  const moving = JSON.parse(half.toString()) as Moving;
  const folder = dirname(moving.from);
  const names = [...tree.keys()]
    .filter((path) => dirname(`/${path}`) === folder)
    .map((path) => basename(path));
  const visible = new Map(without(tree, (path) => path === HALF));
  for (const [path, instead] of disguise(littlefs, moving, names)) {
    if (instead !== undefined) visible.set(path.slice(1), tree.get(instead.slice(1)));
    else for (const at of tree.keys()) if (`/${at}/`.startsWith(`${path}/`)) visible.delete(at);
  }
  return visible;
}

/** Blocks of 4096 bytes that it takes, as the simulator counts them. */
export function blocksOf(tree: Tree): number {
  const blocks = [...tree.values()].map((bytes) =>
    bytes === undefined ? FOLDER_BLOCKS : fileBlocks(bytes.length),
  );
  return blocks.reduce((sum, n) => sum + n, FOLDER_BLOCKS);
}
