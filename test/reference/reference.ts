/** The client and guard of docs/reference/, as a program. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { have } from '../programs.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What the reference prints, line by line. Nothing of it is left beside the sources. */
export async function reference(folder: string, ...what: string[]): Promise<string[]> {
  const client = join(ROOT, 'docs/reference/client.py');
  const { stdout } = await promisify(execFile)(have('python3'), ['-B', client, folder, ...what]);
  return stdout.trim().split('\n');
}
