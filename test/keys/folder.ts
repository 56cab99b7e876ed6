/** A folder for one test, gone when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MEMORY } from '../power/memory.js';

interface Ending {
  teardown(act: () => void): void;
}

export function makeFolder(t: Ending): string {
  const dir = mkdtempSync(join(MEMORY, 'soft-ota-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
