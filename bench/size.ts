/** How large the compiled device code is. Counts: they are the same on every machine. */

import type { DeviceFile } from '../server/build/compile/build-tree.js';
import { strip } from '../server/build/compile/strip.js';
import { isGuard } from '../server/build/sources.js';
import { setTotals } from '../server/signing/totals.js';
import { atMost, type Bench, type Figure, type Report } from './figure.js';
import { compileSet } from './lab/compiled.js';
import { shippedTree } from './lab/trees.js';

/** With trust, trial and undo. */
export const CLIENT_BYTES = 16_000;
export const GUARD_BYTES = 3712;
/** What a release of the plug may take of the flash: old and new lie beside each other in 99 blocks, with rescue/ and data/. */
export const SET_BLOCKS = 32;

export const size: Bench = {
  name: 'size',
  summary: 'bytes of the compiled client, and of every other part of a set',
  run: measure,
};

async function measure(): Promise<Report> {
  const sources = await shippedTree();
  const compiled = await compileSet(sources);
  const guard = [...sources]
    .filter(([path]) => isGuard(path))
    .reduce((sum, [, text]) => sum + strip(Buffer.from(text)).length, 0);
  const figures: Figure[] = [
    { ...room('ota/', compiled, sources), limit: atMost(CLIENT_BYTES) },
    {
      ...bytes('boot.py and rescue/guard.py, the guard (source, as a board gets it)', guard),
      limit: atMost(GUARD_BYTES),
    },
    room('plug/', compiled, sources),
    room('', compiled, sources),
    blocks(compiled),
    ...compiled.map((file) => single(file, sources)),
  ];
  const notes = [
    'Others (docs/bench.md): a client that checks no signature 3,428 B, clients that do 13.2 to 23.9 KB.',
  ];
  return { title: 'Size of the device code, compiled for MicroPython 1.19 and later', figures, notes };
}

function bytes(name: string, value: number): Figure {
  return { name, value, unit: 'B', kind: 'count' };
}

/** In what a flash counts. */
function blocks(files: readonly DeviceFile[]): Figure {
  const { blocks } = setTotals(files.map(({ bytes }) => ({ size: bytes.length })));
  return {
    name: 'the whole set, in blocks of 4,096 B',
    value: blocks,
    unit: '',
    kind: 'count',
    limit: atMost(SET_BLOCKS),
  };
}

/** A folder, or all of the set. */
function room(folder: string, files: readonly DeviceFile[], sources: ReadonlyMap<string, string>): Figure {
  const inside = files.filter(({ path }) => path.startsWith(folder));
  const own = inside.reduce((sum, file) => sum + file.bytes.length, 0);
  const source = inside.reduce((sum, { path }) => sum + sourceBytes(path, sources), 0);
  const name = folder === '' ? `the whole set, ${files.length} files` : `${folder}, ${inside.length} files`;
  return { ...bytes(name, own), reference: { name: 'its source', value: source } };
}

function single({ path, bytes: content }: DeviceFile, sources: ReadonlyMap<string, string>): Figure {
  return {
    ...bytes(`  ${path}`, content.length),
    reference: { name: 'its source', value: sourceBytes(path, sources) },
  };
}

function sourceBytes(path: string, sources: ReadonlyMap<string, string>): number {
  const text = sources.get(path) ?? sources.get(path.replace(/\.mpy$/, '.py')) ?? '';
  return Buffer.byteLength(text);
}
