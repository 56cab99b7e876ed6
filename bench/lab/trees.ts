/** Sources to build: what this package ships, and that made up to the size of a real tree. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { madeTree } from '../../test/made-tree.js';
import { ROOT } from './paths.js';

/** Of a set; the guard, which is in none, comes on top. */
const FILES = 34;
/** Of all .py together: the size of the tree that this project's ancestor had. */
const BYTES = 69_369;

/** The package's own device/, boot.py included. */
export async function shippedTree(): Promise<Map<string, string>> {
  const root = join(ROOT, 'device');
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = new Map<string, string>();
  for (const path of paths.sort()) files.set(path.slice(root.length + 1), await readFile(path, 'utf8'));
  return files;
}

/** A set of 34 files from 69 KB of .py, and the guard: the client and what starts it, the rest from the plug or made. */
export async function realTree(): Promise<Map<string, string>> {
  const shipped = [...(await shippedTree())];
  const core = new Map(shipped.filter(([path]) => !path.startsWith('plug/')));
  const plug = shipped.filter(([path]) => path.startsWith('plug/') && path.endsWith('.py'));
  const made = [...madeTree()].filter(([path]) => path.endsWith('.py') && path !== 'main.py');
  const others = [...plug, ...made.map(([path, text]): File => [`made/${path}`, text])];
  others.sort(([, a], [, b]) => a.length - b.length);
  return new Map([...core, ...nearest(others, FILES + 1 - core.size, BYTES - pythonBytes(core))]);
}

type File = [path: string, text: string];

/** The `count` neighbours whose sizes come nearest to `bytes`. */
function nearest(files: readonly File[], count: number, bytes: number): File[] {
  const windows = files.slice(count - 1).map((_, i) => files.slice(i, i + count));
  const miss = (window: File[]) => Math.abs(pythonBytes(window) - bytes);
  return windows.sort((a, b) => miss(a) - miss(b))[0] ?? [];
}

/** Bytes of all .py. */
export function pythonBytes(files: Iterable<readonly [path: string, text: string]>): number {
  const sources = [...files].filter(([path]) => path.endsWith('.py'));
  return sources.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
}
