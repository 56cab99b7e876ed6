/** A power cut, a SIGKILL or a full disk at every single file operation of a publish: every head that is there is whole. */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { readBlob } from '../../server/release/blobs.js';
import { readHeads } from '../../server/release/heads.js';
import { loadRelease } from '../../server/release/load.js';
import type { Release } from '../../server/release/release.js';
import { writeRelease } from '../../server/release/write-release.js';
import { parseManifest } from '../../server/signing/manifest.js';
import { verifyHead } from '../../server/signing/verify.js';
import { makeFolder } from '../keys/folder.js';
import { readTree } from './made-project.js';
import { KEY, makeTestRelease } from './made-release.js';

const check = (bytes: Buffer) => verifyHead(bytes, [KEY.publicKey]);
const OLD = makeTestRelease({ 'a.txt': 'old', 'b.txt': 'same' }, { number: 1 });
const NEW = makeTestRelease({ 'a.txt': 'new', 'b.txt': 'same' }, { number: 2 });
const TWO_ABIS = makeTestRelease({ 'a.txt': 'two' }, { number: 2, abis: [5, 6] });
const ONE_ABI = makeTestRelease({ 'a.txt': 'one' }, { number: 3, abis: [6] });

const CHANGES = ['open', 'rename', 'rm', 'rmdir', 'mkdir', 'chmod'] as const;
const READS = ['readFile', 'readdir'] as const;
type Ending = 'dead' | 'full';

/** Hundreds of folders are laid here, and none has to survive the machine. */
async function doNotSync(): Promise<void> {
  const file = await fs.open(new URL(import.meta.url));
  Object.assign(Object.getPrototypeOf(file), { sync: async () => undefined });
  await file.close();
}
await doNotSync();

/** Runs `act` until its `limit`-th change of the disk; false when it came to its end before that. */
async function cutAfter(limit: number, ending: Ending, act: () => Promise<unknown>): Promise<boolean> {
  const real = { ...fs };
  const underWay: Promise<unknown>[] = [];
  const handles: fs.FileHandle[] = [];
  let left = limit;
  let cut: () => void = () => undefined;
  const dead = new Promise<'cut'>((resolve) => {
    cut = () => resolve('cut');
  });
  const track = <T>(running: Promise<T>): Promise<T> => {
    underWay.push(running.catch(() => undefined));
    return running;
  };
  const isOver = (): boolean => left < 0;
  const stop = <T>(): Promise<T> => {
    cut();
    return ending === 'dead' ? new Promise<T>(() => undefined) : Promise.reject(new Error('ENOSPC'));
  };
  const guard = <T>(operation: () => Promise<T>): Promise<T> => {
    left -= 1;
    return isOver() ? stop() : track(operation());
  };
  const look = <T>(operation: () => Promise<T>): Promise<T> =>
    isOver() && ending === 'dead' ? stop() : track(operation());
  const wrap = (name: (typeof CHANGES | typeof READS)[number], isChange: boolean) => {
    const original = real[name] as (...args: unknown[]) => Promise<unknown>;
    const wrapped = (...args: unknown[]) =>
      (isChange && args[1] !== 'r' ? guard : look)(() => original(...args));
    Object.assign(fs, { [name]: wrapped });
  };
  for (const name of CHANGES) wrap(name, true);
  for (const name of READS) wrap(name, false);
  const open = fs.open as (...args: unknown[]) => ReturnType<typeof real.open>;
  Object.assign(fs, {
    open: async (...args: unknown[]) => {
      const file = await open(...args);
      handles.push(file);
      return guardWrites(file, guard);
    },
  });
  syncBuiltinESMExports();
  try {
    const done = act().then(
      () => 'done' as const,
      () => 'cut' as const,
    );
    return (await Promise.race([dead.then(() => (ending === 'full' ? done : 'cut')), done])) === 'cut';
  } finally {
    // What the dead process had asked for before its end still happens.
    for (let seen = -1; seen < underWay.length; ) {
      seen = underWay.length;
      await Promise.all(underWay);
      await new Promise(setImmediate);
    }
    await Promise.all(handles.map((file) => file.close().catch(() => undefined)));
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}

/** Half of the bytes are on disk when a write is cut. */
function guardWrites(
  file: fs.FileHandle,
  guard: <T>(operation: () => Promise<T>) => Promise<T>,
): fs.FileHandle {
  const write = file.writeFile.bind(file);
  file.writeFile = async (bytes) => {
    if (!Buffer.isBuffer(bytes)) throw new Error('only whole buffers are written');
    await write(bytes.subarray(0, bytes.length / 2));
    await guard(async () => {
      await file.truncate(0);
      await file.write(bytes, 0, bytes.length, 0);
    });
  };
  return file;
}

/** Every head that is there is signed, and every byte that it names is right. */
async function checkHeads(bdist: string): Promise<number[]> {
  const numbers: number[] = [];
  for (const { bytes } of await readHeads(bdist)) {
    const head = check(bytes);
    for (const { sha256 } of parseManifest(await readBlob(bdist, head.manifest.sha256.toString('hex')))) {
      await readBlob(bdist, sha256.toString('hex'));
    }
    numbers.push(head.release);
  }
  return numbers;
}

async function cutEverywhere(t: Test, ending: Ending, from: Release | undefined, to: Release): Promise<void> {
  const states = new Set<string>();
  let cuts = 0;
  for (let limit = 0; ; limit += 1) {
    const bdist = join(makeFolder(t), 'bdist');
    if (from !== undefined) await writeRelease(bdist, from);
    const wasCut = await cutAfter(limit, ending, () => writeRelease(bdist, to));
    states.add((await checkHeads(bdist)).join());
    await writeRelease(bdist, to);
    const expected = ['.nojekyll', ...[...to.heads.keys()].map((abi) => `${abi}/head`).toSorted()];
    const blobs = [...to.blobs.keys()].map((hash) => `blobs/${hash}`).toSorted();
    const names = [...readTree(bdist).keys()];
    if (names.join() !== [...expected, ...blobs].join())
      t.same(names, [...expected, ...blobs], `cut ${limit}`);
    await loadRelease(bdist, check);
    if (!wasCut) break;
    cuts += 1;
  }
  t.ok(cuts > 10, `${cuts} cuts, each left whole heads and was repaired by the next publish`);
  t.comment(`numbers of the heads after cuts: ${[...states].join(' | ')}`);
}

t.test('dead while a first release appears', (t) => cutEverywhere(t, 'dead', undefined, OLD));
t.test('dead while a release follows another', (t) => cutEverywhere(t, 'dead', OLD, NEW));
t.test('dead while an ABI comes', (t) => cutEverywhere(t, 'dead', OLD, TWO_ABIS));
t.test('dead while an ABI goes', (t) => cutEverywhere(t, 'dead', TWO_ABIS, ONE_ABI));
t.test('disk full while a first release appears', (t) => cutEverywhere(t, 'full', undefined, OLD));
t.test('disk full while a release follows another', (t) => cutEverywhere(t, 'full', OLD, NEW));
