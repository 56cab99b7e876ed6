/** Which names of a set stay as they are, whatever the map says. Pure. */
import { FOREIGN } from './foreign.js';
import { readNames, type SourceNames, wordsOf } from './source-names.js';

interface File {
  readonly path: string;
  readonly bytes: Buffer;
}

/** What programs say to `ota`, and what the client under rescue/, which is of another release, has to understand of the watch. */
const PUBLIC = 'ota run news confirm heard result rest time talk forget lay watch over leave look'.split(' ');

export interface SetNames {
  /** The sources to be renamed, by path; those that are not understood are not among them. */
  readonly sources: ReadonlyMap<string, SourceNames>;
  readonly kept: ReadonlySet<string>;
  /** All names and words of the set. None of them may be given to something else. */
  readonly taken: ReadonlySet<string>;
}

/** @param keep paths of sources that the board compiles itself, and which nobody renames */
export function namesOf(files: readonly File[], keep: ReadonlySet<string>): SetNames {
  const sources = new Map<string, SourceNames>();
  const modules = files.flatMap(({ path }) => modulesOf(path));
  const kept = new Set([...PUBLIC, ...modules]);
  for (const { path, bytes } of files) {
    const names = path.endsWith('.py') ? readNames(bytes.toString('utf8')) : undefined;
    if (names?.whole === true && !keep.has(path)) sources.set(path, names);
    else addAll(kept, fixed(path, bytes, names));
  }
  const own = new Set(modules);
  for (const names of sources.values()) addAll(kept, unchangeable(names, own));
  const used = [...sources.values()].flatMap(({ places }) => places.map(({ name }) => name));
  return { sources, kept, taken: new Set([...used, ...kept]) };
}

function addAll(set: Set<string>, names: Iterable<string>): void {
  for (const name of names) set.add(name);
}

/** The names in a file that stays as it is. */
function fixed(path: string, bytes: Buffer, names: SourceNames | undefined): Iterable<string> {
  if (names?.whole === true) return [...names.places.map(({ name }) => name), ...names.spelled];
  return /\.m?py$/.test(path) ? wordsOf(bytes.toString('latin1')) : [];
}

/** A module is imported by its path. */
function modulesOf(path: string): string[] {
  return /\.m?py$/.test(path) ? path.replace(/\.m?py$/, '').split('/') : [];
}

function* unchangeable(names: SourceNames, own: ReadonlySet<string>): Iterable<string> {
  for (const word of names.spelled) {
    yield word;
    yield word.slice(0, 1).toUpperCase() + word.slice(1); // class Web is found by the word web
  }
  const foreign = names.imported.filter(({ module }) => !own.has(module));
  for (const { module, name } of foreign) yield* [module, name];
  const modules = new Set(foreign.map(({ module }) => module));
  for (const { module, name } of names.members) if (modules.has(module)) yield name;
}

/** True for a name that the map may change. */
export function isPrivate(name: string, { kept }: SetNames): boolean {
  return !name.startsWith('__') && !FOREIGN.has(name) && !kept.has(name);
}
