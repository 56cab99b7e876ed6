/**
 * The patched builds, remembered: patching one takes longer than a boot. They lie in node_modules/.cache, the place for what any package
 * can make again. Their names say what they were made of, the patch included.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withCollector } from './collector.js';

/** The code of the patch: another patch, another name. */
function recipe(): Buffer[] {
  const here = dirname(fileURLToPath(import.meta.url));
  const names = readdirSync(here).filter((name) => name.endsWith('.js'));
  return names.toSorted().map((name) => readFileSync(join(here, name)));
}

/** @param file the build, somewhere below a node_modules */
export function patched(file: string, stack: number, files: boolean): Uint8Array {
  const bytes = readFileSync(file);
  const hash = createHash('sha256').update(`${stack} ${files}\n`);
  for (const part of [...recipe(), bytes]) hash.update(part);
  const folder = join(file.slice(0, file.lastIndexOf('node_modules')), 'node_modules', '.cache', 'soft-ota');
  const path = join(folder, `${hash.digest('hex').slice(0, 32)}.wasm`);
  try {
    return readFileSync(path);
  } catch {
    const made = withCollector(bytes, stack, files);
    keep(folder, path, made);
    return made;
  }
}

/** Whole or not at all; and where nothing can be written, nothing is remembered. */
function keep(folder: string, path: string, bytes: Uint8Array): void {
  const own = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(own, bytes);
    renameSync(own, path);
  } catch {
    // read-only: the next process patches again
  }
}
