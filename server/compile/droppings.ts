import { readFile } from 'node:fs/promises';
import ignore from 'ignore';
import { SoftOtaError } from '../errors.js';

/**
 * What editors, Python and tools leave beside sources. Hidden files are `.otaignore` itself and everything
 * like `.git`.
 */
const DROPPINGS = ['.*', '__pycache__/', '*~', '#*#', '*.swp', '4913'].map((line) =>
  line.replace(/^#/, '\\#'),
);

/** True for what is left out: `path` is relative with `/`, folders end with one. */
export type Skip = (path: string) => boolean;

/** The droppings and the lines of an ignore file in gitignore syntax; without that file the droppings alone. */
export async function readSkip(ignoreFile: string): Promise<Skip> {
  const rules = ignore({ ignorecase: false })
    .add(DROPPINGS)
    .add(await readRules(ignoreFile));
  return (path) => rules.ignores(path);
}

async function readRules(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw new SoftOtaError('source_missing', `${path} cannot be read`, { cause });
  }
}
