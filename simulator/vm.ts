/** The MicroPython builds that the simulator knows, each an npm package with the same interface. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SoftOtaError } from '../server/errors.js';

const PACKAGES = {
  '1.23': 'micropython-1.23',
  '1.25': 'micropython-1.25',
  '1.27': '@micropython/micropython-webassembly-pyscript',
  '1.29': 'micropython-1.29',
} as const;

export type VmVersion = keyof typeof PACKAGES;
export const VM_VERSIONS = Object.keys(PACKAGES) as VmVersion[];

export interface Vm {
  readonly loader: string;
  readonly module: WebAssembly.Module;
}

const loaded = new Map<VmVersion, Promise<Vm>>();

async function load(version: VmVersion): Promise<Vm> {
  const loader = createRequire(import.meta.url).resolve(PACKAGES[version]);
  const bytes = await readFile(join(dirname(loader), 'micropython.wasm'));
  return { loader, module: await WebAssembly.compile(bytes) };
}

/** The loader script and the compiled module of a version, compiled once for all boards of this process. */
export function vm(version: VmVersion): Promise<Vm> {
  const known = loaded.get(version) ?? load(version);
  loaded.set(version, known);
  return known;
}

/** Throws `config_invalid` for a version that no package holds. */
export function vmVersion(text: string): VmVersion {
  const found = VM_VERSIONS.find((version) => version === text);
  if (found === undefined)
    throw new SoftOtaError(
      'config_invalid',
      `No MicroPython ${text} here; there are ${VM_VERSIONS.join(', ')}.`,
    );
  return found;
}
