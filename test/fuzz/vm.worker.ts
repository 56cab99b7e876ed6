/** A real VM with a board's heap and collector, the client in it, and an eye on what is changed on its flash. */
import { posix } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type EmFs, startVm } from '../../simulator/worker/micropython.js';
import type { FuzzJob } from './vm.js';

Error.stackTraceLimit = 0; // each file that is not there is an Error of the file system, thousands of them in a second
const job = workerData as FuzzJob;
const lines: string[] = [];
const mp = await startVm({
  loader: job.loader,
  module: job.module,
  heapsize: job.heap,
  pystack: 2048,
  line: (text) => lines.push(text),
  fsync: () => undefined,
});
const { FS } = mp;
/** These are the VM's and the test's own. */
const OURS = new Set(['dev', 'proc', 'tmp', 'home', 'lib', 'fuzz']);
/** What the client may change before a commit; the error it has told goes with the commit. */
const ALLOWED = /^\/(update(\/[^/]+)?|fuzz\/out|data\/error)$/;
/** What was written, moved or removed since the board was laid. */
const dirty = new Set<string>();
const roomOf = (path: string): string => path.split('/')[1] ?? '';
let outside = '';
let watched = false;
let litter = 0;

function remove(path: string): void {
  if (!FS.isDir(FS.stat(path).mode)) {
    FS.unlink(path);
    return;
  }
  for (const name of FS.readdir(path)) if (name !== '.' && name !== '..') remove(`${path}/${name}`);
  try {
    FS.rmdir(path);
  } catch {
    FS.rename(path, `/fuzz/litter${litter++}`); // this file system takes "." for a name, and never gives it back
  }
}

function put(path: string, bytes: Uint8Array): void {
  path.split('/').forEach((_, i, parts) => {
    const folder = parts.slice(0, i).join('/');
    if (folder !== '' && !FS.analyzePath(folder).exists) FS.mkdir(folder);
  });
  FS.writeFile(path, bytes);
}

/** The board as it was, whatever has happened to it: only what was touched is laid again, for that is most of the time a case takes. */
function lay(): void {
  watched = false;
  const places = [...dirty];
  for (const place of places) if (!OURS.has(roomOf(place)) && FS.analyzePath(place).exists) remove(place);
  for (const [path, bytes] of job.board) if (!FS.analyzePath(path).exists) put(path, bytes);
  dirty.clear();
}

function touched(path: string): void {
  const full = posix.resolve(FS.cwd(), path);
  if (full !== '/') dirty.add(full);
  if (watched && !ALLOWED.test(full)) outside ||= full;
}

function watch(): void {
  const plain = { ...FS } as EmFs;
  FS.open = (path, flags, mode) => {
    if (typeof path === 'string' && typeof flags === 'number' && (flags & 3) !== 0) touched(path);
    return plain.open.call(FS, path, flags, mode);
  };
  for (const name of ['unlink', 'rmdir', 'mkdir'] as const) {
    const call = plain[name] as (path: string, mode?: number) => never;
    FS[name] = (path: string, mode?: number) => {
      touched(path);
      return call.call(FS, path, mode);
    };
  }
  FS.rename = (from, to) => {
    touched(from);
    touched(to);
    plain.rename.call(FS, from, to);
  };
}

FS.mkdir('/fuzz');
for (const [path, bytes] of job.files) put(path, bytes);
mp.registerJsModule('_fuzz', {
  lay,
  watch: (on: boolean) => {
    watched = on;
  },
  outside: () => {
    const was = outside;
    outside = '';
    return was;
  },
});
lay();
watch();
FS.chdir('/');
mp.runPython("import sys\nsys.path[:] = ['/fuzz']\nimport harness\nsys.path[:] = ['', '/fuzz']");

parentPort?.on('message', (cases: Uint8Array) => {
  lay(); // the batch before may have ended in the middle of a case
  outside = '';
  FS.writeFile('/fuzz/cases', cases);
  FS.writeFile('/fuzz/out', '');
  let error = '';
  try {
    mp.runPython('harness.run()\n');
    mp.runPython('import gc, micropython\ngc.collect()\n_used = gc.mem_alloc()\nmicropython.qstr_info()');
  } catch (e) {
    error = `${e instanceof Error ? e.message : e} ${lines.slice(-5).join('\n')}`;
  }
  const names = Number(/n_total_bytes=(\d+)/.exec(lines.join('\n'))?.[1] ?? 0);
  lines.length = 0;
  const used = Number(mp.globals.get('_used')) - names;
  const out = Buffer.from(FS.readFile('/fuzz/out')).toString();
  parentPort?.postMessage({ out, error, used, exhausted: mp.exhausted() });
});
