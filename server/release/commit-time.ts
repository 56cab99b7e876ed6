/** When the sources of a release were made, for its `created` line. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseUint } from '../signing/fields.js';

const run = promisify(execFile);
const TIMEOUT_MS = 5000;

/** To start git takes longer than to sign a release, and folders without a `.git` above them are in no repository. */
function isInRepository(folder: string): boolean {
  const parent = dirname(folder);
  return existsSync(join(folder, '.git')) || (parent !== folder && isInRepository(parent));
}

/** The time of the commit that is checked out in the folder, in Unix seconds; undefined without git. */
export async function commitTime(folder: string): Promise<number | undefined> {
  if (!isInRepository(resolve(folder))) return undefined;
  try {
    const { stdout } = await run('git', ['-C', folder, 'show', '-s', '--format=%ct', 'HEAD'], {
      timeout: TIMEOUT_MS,
    });
    return parseUint(stdout.trim(), 0, Number.MAX_SAFE_INTEGER);
  } catch {
    // No git, no repository, no commit yet, another owner: the release's own number does just as well.
    return undefined;
  }
}
