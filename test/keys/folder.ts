/** A folder for one test, gone when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Ending {
  teardown(act: () => void): void;
}

export function makeFolder(t: Ending): string {
  const dir = mkdtempSync(join(tmpdir(), 'soft-ota-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
