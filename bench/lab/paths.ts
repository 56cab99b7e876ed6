/** Where things are. Compiled files lie in dist/bench/lab/. */
import { fileURLToPath } from 'node:url';

const COMPILED = new URL('../../', import.meta.url);

/** The package. */
export const ROOT: string = fileURLToPath(new URL('../', COMPILED));

/** A compiled file of the package, by its path below dist/. */
export function compiled(path: string): string {
  return fileURLToPath(new URL(path, COMPILED));
}
