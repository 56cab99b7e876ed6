import { readFile } from 'node:fs/promises';
import ignore from 'ignore';
import { SoftOtaError } from '../errors.js';

/**
 * What editors, Python, patches, merges and tools leave beside sources. Hidden files are `.otaignore` itself and everything
 * like `.git`.
 */
const DEFAULT_PATTERNS = [
  '.*',
  '__pycache__/',
  '*.py[co]',
  '*~',
  '~$*',
  '#*#',
  '*.swp',
  '*.bak',
  '4913',
  // JetBrains, while it saves
  '*___jb_old___',
  '*___jb_tmp___',
  // patch, git mergetool, Mercurial, Subversion
  '*.orig',
  '*.rej',
  '*.mine',
  '*_BACKUP_[0-9]*',
  '*_BASE_[0-9]*',
  '*_LOCAL_[0-9]*',
  '*_REMOTE_[0-9]*',
  // two computers, one folder
  '*.sync-conflict-*',
  '*conflicted copy*',
  // what file managers note down
  'Thumbs.db',
  '[Dd]esktop.ini',
].map((line) => line.replace(/^#/, '\\#'));

/** True for what is left out: `path` is relative with `/`, folders end with one. */
export type IsIgnored = (path: string) => boolean;

/** The default patterns and the lines of an ignore file in gitignore syntax; without that file the default patterns alone. */
export async function readIgnore(ignoreFile: string): Promise<IsIgnored> {
  const rules = ignore({ ignorecase: false })
    .add(DEFAULT_PATTERNS)
    .add(await readRules(ignoreFile));
  return (path) => rules.ignores(path);
}

async function readRules(path: string): Promise<string> {
  try {
    // Editors of Windows begin a file with a byte order mark: it would be part of the first rule.
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new SoftOtaError('source_missing', `${path} cannot be read`, { cause });
  }
}
