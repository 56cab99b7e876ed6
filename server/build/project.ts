import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { systemError } from '../fs/system-error.js';
import type { Abi } from './compile/messages.js';
import type { ProjectFile } from './project-schema.js';

/** Looked for in the working directory, where `device/`, `keys/` and `bdist/` are by default. */
export const PROJECT_FILE = 'soft-ota.json';

/**
 * What a project says about itself. Every key of soft-ota.json may be missing; these are the values then in
 * force.
 */
export interface Project {
  /** Boards that a release is for; `*` means all. */
  readonly boards: readonly string[];
  /** The oldest MicroPython for each .mpy version. */
  readonly python: Readonly<Record<Abi, string>>;
  /** .mpy versions to build. */
  readonly abis: readonly Abi[];
  /** Whether device code must run on a stock ESP8266 with 1 MB of flash. */
  readonly esp8266: boolean;
  /** Ids of lint rules that are off everywhere. */
  readonly rulesOff: readonly string[];
  /** `off`: sources that are not linted, as lines of a .gitignore in the device folder. */
  readonly lint?: { readonly off?: readonly string[] };
  /** Sources that the board compiles itself, main.py among them: a firmware starts no main.mpy. */
  readonly keepSource: readonly string[];
  /** Whether the old set may go first on boards where both do not fit: then there is no way back. */
  readonly inplace?: true;
  /** Blocks of 4,096 bytes that a board's file system has: on each, or by the name of the board. */
  readonly blocks?: number | Readonly<Record<string, number>>;
  /** Whether private names of Python sources become words that boards have in ROM; by default those of this package's device/ do. */
  readonly minify?: boolean;
  /** Architecture for @native and @viper; of use with --mpy-cross only. */
  readonly march?: string;
}

const DEFAULTS: Project = {
  boards: ['*'],
  python: { 5: '1.12', 6: '1.19' },
  abis: [6, 5],
  esp8266: true,
  rulesOff: [],
  keepSource: ['main.py'],
};

/** The file system of a 1 MB ESP8266, the smallest board. */
const BLOCKS_ESP8266 = 99;

/**
 * The blocks of the flash of a board, or of the smallest one that releases are for; undefined where nobody has said, and the
 * boards are no ESP8266.
 */
export function flashBlocks(
  { blocks, boards, esp8266 }: Pick<Project, 'blocks' | 'boards' | 'esp8266'>,
  board?: string,
): { readonly blocks: number; readonly board: string } | undefined {
  const usual = typeof blocks === 'number' ? blocks : esp8266 ? BLOCKS_ESP8266 : undefined;
  const named = typeof blocks === 'object' ? blocks : {};
  const names =
    board === undefined ? [...boards, ...(boards.includes('*') ? Object.keys(named) : [])] : [board];
  const found = names.flatMap((name) => {
    const own = Object.hasOwn(named, name) ? named[name] : named['*'];
    const count = own ?? usual;
    return count === undefined ? [] : [{ blocks: count, board: name === '*' ? 'a board' : name }];
  });
  return found.toSorted((a, b) => a.blocks - b.blocks)[0];
}

/** Reads soft-ota.json in `folder`; the defaults when there is none. Throws `config_invalid`. */
export async function readProject(folder = '.'): Promise<Project> {
  const path = join(folder, PROJECT_FILE);
  const text = await readText(path);
  return text === undefined ? DEFAULTS : parseProject(text, path);
}

/** The project in the text of a soft-ota.json; `path` is for messages. Throws `config_invalid`. */
export async function parseProject(text: string, path: string): Promise<Project> {
  const given = await check(parseJson(text, path), path);
  const { inplace, ...rest } = given;
  const python = { ...DEFAULTS.python, ...given.python };
  const keepSource = [...new Set([...DEFAULTS.keepSource, ...(given.keepSource ?? [])])];
  return Object.freeze({
    ...DEFAULTS,
    ...rest,
    python,
    keepSource,
    ...(inplace === true ? { inplace } : {}),
  });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw (
      systemError(cause, path) ?? new SoftOtaError('config_invalid', `${path} cannot be read.`, { cause })
    );
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    // Editors of Windows begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SoftOtaError('config_invalid', `${path} is not JSON: ${reason}`, { cause });
  }
}

/** The validator takes 0.2 s to load, so projects without the file do without it. */
async function check(value: unknown, path: string): Promise<ProjectFile> {
  const { isProjectFile, projectFault } = await import('./project-schema.js');
  if (isProjectFile(value)) return value;
  throw new SoftOtaError('config_invalid', `${path}: ${projectFault(value)}.`);
}
