/** The sections of a WebAssembly module, as far as the patch needs them. */
import { Reader, unsigned, Writer } from './bytes.js';

export interface Signature {
  readonly params: readonly number[];
  readonly results: readonly number[];
}
export interface Section {
  readonly id: number;
  readonly bytes: Uint8Array;
}
export interface Module {
  readonly sections: readonly Section[];
  readonly types: readonly Signature[];
  /** The type of each function, imported ones first. */
  readonly functions: readonly number[];
  readonly imported: number;
  readonly bodies: readonly Uint8Array[];
  readonly globals: number;
  /** First value of global 0, the stack pointer: the top of the C stack. */
  readonly stackTop: number;
}

export const SECTION = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10, data: 11 } as const;
const HEADER = 8;

function list<T>(bytes: Uint8Array | undefined, read: (reader: Reader) => T): T[] {
  if (bytes === undefined) return [];
  const reader = new Reader(bytes);
  return Array.from({ length: reader.unsigned() }, () => read(reader));
}

const values = (reader: Reader): number[] => Array.from({ length: reader.unsigned() }, () => reader.byte());

function readLimits(reader: Reader): void {
  const bounded = (reader.byte() & 1) !== 0;
  reader.unsigned();
  if (bounded) reader.unsigned();
}

/** The type of an imported function, undefined for other imports. */
function readImport(reader: Reader): number | undefined {
  reader.name();
  reader.name();
  const kind = reader.byte();
  if (kind === 0) return reader.unsigned();
  if (kind === 1) reader.byte();
  if (kind === 3) reader.take(2);
  else readLimits(reader);
  return undefined;
}

export function readModule(bytes: Uint8Array): Module {
  const reader = new Reader(bytes);
  reader.take(HEADER);
  const sections: Section[] = [];
  while (!reader.done) sections.push({ id: reader.byte(), bytes: reader.take(reader.unsigned()) });
  const section = (id: number): Uint8Array | undefined => sections.find((s) => s.id === id)?.bytes;
  const imports = list(section(SECTION.import), readImport).filter((type) => type !== undefined);
  const own = list(section(SECTION.function), (r) => r.unsigned());
  const global = new Reader(section(SECTION.global) ?? new Uint8Array());
  const globals = global.unsigned();
  global.take(3); // i32, mutable, i32.const
  return {
    sections,
    types: list(section(SECTION.type), (r) => {
      r.byte();
      return { params: values(r), results: values(r) };
    }),
    functions: [...imports, ...own],
    imported: imports.length,
    bodies: list(section(SECTION.code), (r) => r.take(r.unsigned())),
    globals,
    stackTop: global.signed(),
  };
}

/** The module with other sections; `replace` gives the new content of a section, or undefined to keep it. */
export function writeModule(
  module: Module,
  replace: (section: Section) => Uint8Array | undefined,
): Uint8Array {
  const out = new Writer().put(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const section of module.sections) {
    const bytes = replace(section) ?? section.bytes;
    out.put(section.id, ...unsigned(bytes.length)).all(bytes);
  }
  return out.bytes;
}

/** A section that is a list, with one more entry. */
export function append(section: Uint8Array, entry: readonly number[]): Uint8Array {
  const reader = new Reader(section);
  const count = reader.unsigned();
  return new Writer()
    .put(...unsigned(count + 1))
    .all(section.subarray(reader.at))
    .put(...entry).bytes;
}

export function writeBodies(bodies: readonly Uint8Array[]): Uint8Array {
  const out = new Writer().put(...unsigned(bodies.length));
  for (const body of bodies) out.put(...unsigned(body.length)).all(body);
  return out.bytes;
}

/** Index of an exported function among those of the module itself; -1 if there is none. */
export function exported(module: Module, name: string): number {
  const entries = list(module.sections.find(({ id }) => id === SECTION.export)?.bytes, (reader) => {
    const entry = { name: reader.name(), kind: reader.byte(), index: reader.unsigned() };
    return entry;
  });
  const found = entries.find((entry) => entry.name === name && entry.kind === 0);
  return found === undefined ? -1 : found.index - module.imported;
}
