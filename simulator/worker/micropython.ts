/**
 * Starts the VM. Its WebAssembly imports are wrapped, because three things are only reachable there: error numbers (Emscripten's
 * differ from the ones a board and Python's errno module use), the clock, and the memory.
 */
import { pathToFileURL } from 'node:url';
import { SoftOtaError } from '../../server/errors.js';
import { EXHAUSTED } from '../wasm/collector.js';

/** Emscripten's file system, as far as it is used here. Its methods call each other through this object, so they can be wrapped. */
export interface EmNode {
  readonly mode: number;
  readonly rdev: number;
}
export interface EmStream {
  readonly fd: number;
  readonly path: string;
  readonly node: EmNode & { usedBytes: number; contents: Uint8Array | number[] | null };
  readonly flags: number;
  position: number;
  seekable: boolean;
}
export interface EmDevice {
  open(stream: EmStream): void;
  close(stream: EmStream): void;
  read(stream: EmStream, buffer: Uint8Array, offset: number, length: number): number;
  write(stream: EmStream, buffer: Uint8Array, offset: number, length: number): number;
}
export interface EmFs {
  open(path: string, flags: number | string, mode?: number): EmStream;
  close(stream: EmStream): void;
  read(stream: EmStream, buffer: Uint8Array, offset: number, length: number, position?: number): number;
  write(
    stream: EmStream,
    buffer: Uint8Array,
    offset: number,
    length: number,
    position?: number,
    own?: boolean,
  ): number;
  unlink(path: string): void;
  rename(from: string, to: string): void;
  mkdir(path: string, mode?: number): unknown;
  rmdir(path: string): void;
  readdir(path: string): string[];
  stat(path: string): { mode: number; size: number };
  writeFile(path: string, data: Uint8Array | string): void;
  readFile(path: string): Uint8Array;
  analyzePath(path: string): { exists: boolean };
  /** Every look at a path goes through this, name by name. */
  lookupNode(parent: EmNode, name: string): EmNode;
  lookupPath(path: string): { node: EmNode };
  getPath(node: EmNode): string;
  cwd(): string;
  chdir(path: string): void;
  isDir(mode: number): boolean;
  makedev(major: number, minor: number): number;
  registerDevice(dev: number, ops: EmDevice): void;
  mkdev(path: string, mode: number, dev: number): unknown;
  ErrnoError: new (errno: number) => Error;
}
export interface MicroPython {
  readonly FS: EmFs;
  readonly globals: { get(name: string): unknown };
  /** How often the program wanted more memory than there was. */
  exhausted(): number;
  readonly memory: Memory;
  registerJsModule(name: string, module: object): void;
  runPython(code: string): unknown;
}
/** All of the VM's memory. The buffer is another one after it has grown. */
export interface Memory {
  readonly buffer: ArrayBuffer;
}
export interface VmOptions {
  readonly loader: string;
  readonly module: WebAssembly.Module;
  readonly heapsize: number;
  readonly pystack: number;
  readonly line: (text: string) => void;
  readonly fsync: (fd: number) => void;
}

/** Emscripten (WASI) → Linux, which is what lwIP, littlefs and Python's errno module say on a board. */
const ERRNO: Readonly<Record<number, number>> = {
  2: 13,
  6: 11,
  8: 9,
  10: 16,
  20: 17,
  28: 22,
  29: 5,
  31: 21,
  44: 2,
  51: 28,
  54: 20,
  55: 39,
  63: 1,
  73: 110,
};
/** What the device files and the flash throw; Linux numbers are made of them above. */
export const WASI = { EAGAIN: 6, EEXIST: 20, EIO: 29, ENOENT: 44, ENOSPC: 51 } as const;

type Import = (...args: number[]) => number;

const linux = (errno: number): number => ERRNO[errno] ?? errno;

function translate(name: string, call: Import): Import {
  if (name.startsWith('__syscall_')) {
    return (...args) => {
      const result = call(...args);
      return result < 0 ? -linux(-result) : result;
    };
  }
  return name.startsWith('fd_') ? (...args) => linux(call(...args)) : call;
}

function wrapImports(imports: WebAssembly.Imports, options: VmOptions): void {
  // both names stand for the same object
  for (const group of new Set(Object.values(imports))) {
    for (const [name, value] of Object.entries(group)) {
      if (typeof value === 'function') group[name] = translate(name, value as Import);
    }
    const sync = group.fd_sync;
    if (typeof sync !== 'function') continue;
    group.fd_sync = (fd: number) => {
      options.fsync(fd);
      return sync(fd);
    };
  }
}

interface Wasm {
  instantiate(
    source: unknown,
    imports: WebAssembly.Imports,
  ): Promise<WebAssembly.Instance & { instance: WebAssembly.Instance }>;
}

interface Table {
  get(index: number): unknown;
}

const isTable = (value: unknown): value is Table =>
  Object.prototype.toString.call(value) === '[object WebAssembly.Table]';

/** Emscripten looks into the table of functions at each call that may raise, to check its own copy. Nothing ever changes there. */
function rememberFunctions(exports: WebAssembly.Exports): void {
  for (const table of Object.values(exports).filter(isTable)) {
    const known: unknown[] = [];
    const get = table.get.bind(table);
    table.get = (index) => (known[index] ??= get(index));
  }
}

const isMemory = (value: unknown): value is Memory =>
  (value as Partial<Memory>).buffer instanceof ArrayBuffer;

const wasm = WebAssembly as unknown as Wasm;
const plain = wasm.instantiate;

/** A VM. The loader keeps its objects in globals: an earlier VM of this thread must never run again. */
export async function startVm(options: VmOptions): Promise<MicroPython> {
  // the loader compiles the file itself; here it gets the module that the main thread compiled once, with wrapped imports
  let exports: WebAssembly.Exports = {};
  wasm.instantiate = (async (_: unknown, imports: WebAssembly.Imports) => {
    wrapImports(imports, options);
    const instance = await plain(options.module, imports);
    exports = instance.exports;
    rememberFunctions(exports);
    return { module: options.module, instance };
  }) as unknown as Wasm['instantiate'];
  const { loadMicroPython } = (await import(pathToFileURL(options.loader).href)) as {
    loadMicroPython(o: object): Promise<MicroPython>;
  };
  const { heapsize, pystack, line } = options;
  const mp = await loadMicroPython({ heapsize, pystack, linebuffer: true, stdout: line, stderr: line });
  const counter = exports[EXHAUSTED] as unknown as { readonly value: number };
  const memory = Object.values(exports).find(isMemory);
  if (memory === undefined) {
    throw new SoftOtaError('internal', 'This MicroPython build keeps its memory to itself.');
  }
  return Object.assign(mp, { exhausted: () => counter.value, memory });
}
