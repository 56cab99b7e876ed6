/** Private names of a set become words that its boards hold in ROM (docs/device.md, "Names"). Pure. */
import { isPrivate, namesOf, type SetNames } from './kept.js';
import { MAP, type NameMap } from './names.js';
import { type Place, readNames } from './source-names.js';

interface File {
  readonly path: string;
  readonly bytes: Buffer;
}

export interface Minified<Source extends File> {
  readonly files: readonly Source[];
  /** What was renamed. */
  readonly names: NameMap;
}

/** The same files, renamed. Each line stays what and where it is, so that messages and tracebacks name the right one. */
export function minify<Source extends File>(
  files: readonly Source[],
  keep: ReadonlySet<string>,
  map: NameMap = MAP,
): Minified<Source> {
  const set = namesOf(files, keep);
  const names = inForce(set, map);
  const renamedFile = (file: Source): Source => {
    const source = set.sources.get(file.path);
    return source === undefined ? file : { ...file, bytes: renamedBytes(file.bytes, source.places, names) };
  };
  return { files: files.map(renamedFile), names };
}

/** What {@link minify} makes of the names of a set. */
export function mapOf(files: readonly File[], keep: ReadonlySet<string>, map: NameMap = MAP): NameMap {
  return inForce(namesOf(files, keep), map);
}

/** The part of the map that this set can have: private names, and words that mean nothing else in it. */
export function inForce(set: SetNames, map: NameMap): NameMap {
  return new Map([...map].filter(([name, word]) => isPrivate(name, set) && !set.taken.has(word)));
}

function renamedBytes(bytes: Buffer, places: readonly Place[], map: NameMap): Buffer {
  return Buffer.from(replaced(bytes.toString('utf8'), places, map));
}

function replaced(text: string, places: readonly Place[], map: NameMap): string {
  let at = 0;
  let result = '';
  for (const { from, to, name } of places) {
    result += text.slice(at, from) + (map.get(name) ?? name);
    at = to;
  }
  return result + text.slice(at);
}

/** Python that speaks to a program by the names of its source, as the program knows them. */
export function renamed(source: string, map: NameMap): string {
  return replaced(source, readNames(source).places, map);
}
