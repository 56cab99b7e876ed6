/** Sources to build: what this package ships, and that made up to the size of a real tree. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGuard } from '../../server/build/sources.js';
import { madeProgram } from '../../test/made-tree.js';
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

/** Runs the client as device/main.py does, and then nothing but a port that shows that it came so far. */
const MAIN = `import machine
import ota

if ota.run():
    machine.reset()
ota.confirm()
import socket

server = socket.socket()
server.bind(("", 80))
server.listen(1)
`;

/** Guard, client, Wi-Fi and a program that is almost nothing. */
export async function coreTree(): Promise<Map<string, string>> {
  const shipped = [...(await shippedTree())];
  const core = shipped.filter(([path]) => isGuard(path) || /^(?:net\.py$|ota\/)/.test(path));
  return new Map([...core, ['main.py', MAIN] as const]);
}

/** A set of 34 files from 69 KB of .py, and the guard: the client and what starts it, the rest made. */
export async function realTree(): Promise<Map<string, string>> {
  const files = await coreTree();
  const guard = [...files.keys()].filter(isGuard).length;
  const weights = Array.from({ length: FILES + guard - files.size }, (_, i) => 1 + ((i * 7) % 11));
  const part = (BYTES - pythonBytes(files)) / weights.reduce((sum, weight) => sum + weight);
  for (const [i, weight] of weights.entries()) {
    files.set(`made/part_${i}.py`, madeProgram(`part_${i}`, Math.round(part * weight)));
  }
  return files;
}

/** Bytes of all .py. */
export function pythonBytes(files: Iterable<readonly [path: string, text: string]>): number {
  const sources = [...files].filter(([path]) => path.endsWith('.py'));
  return sources.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
}
