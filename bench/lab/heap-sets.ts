/** Sets for measuring memory: the real client, a program of a few lines, and as many small files as the manifest shall have lines. */
import { isGuard } from '../../server/build/sources.js';
import { coreTree, shippedTree } from './trees.js';

/** Client, Wi-Fi and a program that is almost nothing: what is measured is the client. */
export async function bareSet(lines: number, version: number): Promise<Map<string, string>> {
  const files = withReset(await coreTree(), version);
  const guard = [...files.keys()].filter(isGuard).length;
  for (let i = 0; files.size - guard < lines; i += 1) files.set(...payload(i, version));
  return files;
}

/** The hard case of an update: main.py runs already, so the board resets, and the guard watches the boot that follows. */
function withReset(files: Map<string, string>, version: number): Map<string, string> {
  return files.set('main.py', `${files.get('main.py')}version = ${version}\n`); // a comment would not reach the board
}

/** Changes of every kind between version 1 and 2: one file in eight has other bytes, and one path is another. */
function payload(i: number, version: number): [path: string, text: string] {
  const changed = i % 8 === 0 && version > 1;
  const name = i === 1 && version > 1 ? 'renamed' : `file-${String(i).padStart(4, '0')}`;
  return [`files/${name}.txt`, `payload ${i}\n`.repeat(changed ? 9 : 8)];
}

/** The set as it is shipped, changed so that client and plug both change. */
export async function shippedSet(version: number): Promise<Map<string, string>> {
  const files = withReset(await shippedTree(), version);
  for (const path of ['plug/house.py', 'plug/web.py', 'ota/client.py', 'net.py']) {
    files.set(path, `${files.get(path)}\nVERSION = ${version}\n`);
  }
  return files;
}
