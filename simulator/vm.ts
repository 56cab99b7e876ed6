/** The MicroPython builds that the simulator knows, each an npm package with the same interface. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SoftOtaError } from '../server/errors.js';
import { patched } from './wasm/remembered.js';

interface Build {
  readonly package: string;
  /** Bytes of heap that the simulator's own modules (simulator/python) take; a board gets them on top. Measured by test/simulator/heap.test.ts. */
  readonly shims: number;
}

const BUILDS = {
  '1.23': { package: 'micropython-1.23', shims: 15_328 },
  '1.25': { package: 'micropython-1.25', shims: 15_360 },
  '1.27': { package: '@micropython/micropython-webassembly-pyscript', shims: 15_584 },
  '1.29': { package: 'micropython-1.29', shims: 15_520 },
} as const satisfies Record<string, Build>;

export type VmVersion = keyof typeof BUILDS;
export const VM_VERSIONS = Object.keys(BUILDS) as VmVersion[];

/** A heap area keeps tables about itself: so many bytes are needed for one that can be used. */
const OVERHEAD = 1.0235;

/** Bytes of C stack that let 25 plain Python calls nest, and not 26, as on an ESP8266 (measured in test/simulator/heap.test.ts). */
const C_STACK = 14_032;

export interface Vm {
  readonly loader: string;
  readonly module: WebAssembly.Module;
  /** Bytes to add to a board's heap for the simulator's modules. */
  readonly shimHeap: number;
}

const loaded = new Map<string, Promise<Vm>>();

async function load(version: VmVersion, files: boolean): Promise<Vm> {
  const loader = createRequire(import.meta.url).resolve(BUILDS[version].package);
  const bytes = patched(join(dirname(loader), 'micropython.wasm'), C_STACK, files);
  const shimHeap = Math.ceil(BUILDS[version].shims * OVERHEAD);
  return { loader, shimHeap, module: await WebAssembly.compile(bytes) };
}

/** The loader script and the compiled module of a version, compiled once for all boards of this process; `files`: an open file takes heap. */
export function vm(version: VmVersion, files = false): Promise<Vm> {
  const name = `${version} ${files}`;
  const known = loaded.get(name) ?? load(version, files);
  loaded.set(name, known);
  return known;
}

/** Those whose package is there: another project than this one has the one that it runs itself. */
export function installedVms(): VmVersion[] {
  const { resolve } = createRequire(import.meta.url);
  return VM_VERSIONS.filter((version) => {
    try {
      return resolve(BUILDS[version].package) !== '';
    } catch {
      return false;
    }
  });
}

/** Throws `config_invalid` for a version that no package holds. */
export function vmVersion(text: string): VmVersion {
  const installed = installedVms();
  const found = installed.find((version) => version === text);
  if (found === undefined)
    throw new SoftOtaError(
      'config_invalid',
      `No MicroPython ${text} here; installed: ${installed.join(', ')}.`,
    );
  return found;
}
