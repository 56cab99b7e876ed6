/** When the sources of a release were made, for its `created` line. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseWhole } from '../manifest/words.js';

const run = promisify(execFile);
const PATIENCE_MS = 5000;

/** The time of the commit that is checked out in the folder, in Unix seconds; undefined without git. */
export async function commitTime(folder: string): Promise<number | undefined> {
  try {
    const { stdout } = await run('git', ['-C', folder, 'show', '-s', '--format=%ct', 'HEAD'], {
      timeout: PATIENCE_MS,
    });
    return parseWhole(stdout.trim(), 0, Number.MAX_SAFE_INTEGER);
  } catch {
    // No git, no repository, no commit yet, another owner: the release's own number does just as well.
    return undefined;
  }
}
