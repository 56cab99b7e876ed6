/** The reference for a cold build: the same files, one after another, with the package's own compile(). Nothing is linted or signed. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { finish, order } from '../lab/parent.js';

type Compile = (name: string, source: string, flags: string[], wasm: string) => Promise<{ status: number }>;

const PACKAGES = {
  '@pybricks/mpy-cross-v6': 'mpy-cross-v6.wasm',
  '@pybricks/mpy-cross-v5': 'mpy-cross.wasm',
};
const require = createRequire(import.meta.url);

// With a global fetch the package takes its own file for a web address.
Reflect.deleteProperty(globalThis, 'fetch');
process.setMaxListeners(0); // it adds two at every call
const { device, paths } = await order<{ device: string; paths: readonly string[] }>();
const began = performance.now();
for (const [name, wasm] of Object.entries(PACKAGES)) await compileAll(name, wasm);
finish({ ms: performance.now() - began });

async function compileAll(name: string, wasm: string): Promise<void> {
  const { compile } = require(name) as { compile: Compile };
  const file = require.resolve(`${name}/build/${wasm}`);
  for (const path of paths) {
    const { status } = await compile(basename(path), await readFile(join(device, path), 'utf8'), [], file);
    if (status !== 0) throw new Error(`${path} does not compile`);
  }
}
