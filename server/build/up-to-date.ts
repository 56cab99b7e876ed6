/**
 * The last build, remembered as a whole: when nothing that it read and nothing that it left has changed since, then there
 * is nothing to do, and no compiler, no linter and almost none of this program has to be loaded to say so. That is why this
 * file imports nothing of the rest.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What was built, as far as people want to know it. */
export interface Built {
  readonly release: number;
  readonly keyIds: readonly string[];
  /** Where it lies. */
  readonly bdist: string;
  /** One sentence for each set. */
  readonly sets: readonly string[];
  readonly isNew: boolean;
  /** True when the release is the same, and its head is not. */
  readonly isResigned: boolean;
  /** The number that was asked for, where the release is not new and has another. */
  readonly unused?: number;
  /** Keys that have yet to sign it. */
  readonly missing: readonly string[];
  readonly warnings: readonly string[];
  readonly compiled: number;
  readonly remembered: number;
  readonly ms: number;
}

/** The places that a build reads and writes. */
export interface BuildPaths {
  readonly device: string;
  readonly keys: string;
  readonly bdist: string;
  /** soft-ota.json */
  readonly project: string;
  /** There while somebody works in `bdist`. */
  readonly lock: string;
}

interface BuildRecord {
  /** The command line. */
  readonly flags: readonly string[];
  readonly places: BuildPaths;
  readonly inputs: string;
  readonly outputs: string;
  readonly built: Built;
}

/** In the working directory, as all state that is no release. */
const RECORD = join('.soft-ota', 'last-build.json');
/** More than this is not read just to find out that it is still the same. */
const MAX_BYTES = 32 * 1024 * 1024;

/** What a build with these flags would say, when it would find everything as the last one left it; else undefined. */
export function upToDateBuild(flags: readonly string[]): Built | undefined {
  const memory = readRecord();
  if (memory === undefined || JSON.stringify(memory.flags) !== JSON.stringify(flags)) return undefined;
  const { places, inputs, outputs, built } = memory;
  // Who holds the lock may be about to change what is looked at here.
  if (existsSync(places.lock)) return undefined;
  if (inputDigest(places) !== inputs || outputDigest(places) !== outputs) return undefined;
  return {
    ...built,
    isNew: false,
    isResigned: false,
    compiled: 0,
    remembered: built.compiled + built.remembered,
  };
}

/**
 * To be called before a build begins: what is saved while it runs is not what it built.
 * @returns remembers the build; costs time when that cannot be written, never the build
 */
export function beginBuild(flags: readonly string[], places: BuildPaths): (built: Built) => void {
  const inputs = inputDigest(places);
  return (built) => {
    const outputs = outputDigest(places);
    if (inputs === undefined || outputs === undefined || inputs !== inputDigest(places)) return;
    writeRecord({ flags, places, inputs, outputs, built });
  };
}

function readRecord(): BuildRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(RECORD, 'utf8'));
    return isMemory(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

type Shape = Readonly<Record<string, 'string' | 'number' | 'boolean' | 'list'>>;

const PLACES: Shape = {
  device: 'string',
  keys: 'string',
  bdist: 'string',
  project: 'string',
  lock: 'string',
};
const BUILT: Shape = {
  release: 'number',
  keyIds: 'list',
  bdist: 'string',
  sets: 'list',
  isNew: 'boolean',
  isResigned: 'boolean',
  missing: 'list',
  warnings: 'list',
  compiled: 'number',
  remembered: 'number',
  ms: 'number',
};

/** Another version of this program may have written it, or anybody. */
function isMemory(value: unknown): value is BuildRecord {
  const memory = { flags: 'list', inputs: 'string', outputs: 'string' } as const;
  return has(value, memory) && has(value.places, PLACES) && has(value.built, BUILT);
}

function has(value: unknown, shape: Shape): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.entries(shape).every(([name, type]) => {
    const field = fields.get(name);
    return type === 'list' ? Array.isArray(field) : type === typeof field;
  });
}

function writeRecord(memory: BuildRecord): void {
  try {
    mkdirSync(dirname(RECORD), { recursive: true });
    // Half of it is no JSON and counts as nothing; a draft would stay behind a process that is killed.
    writeFileSync(RECORD, JSON.stringify(memory));
  } catch {
    // The next build looks for itself.
  }
}

const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));
/** What makes other bytes, or other findings, of the same sources. */
const TOOLS = [
  '@pybricks/mpy-cross-v6',
  '@pybricks/mpy-cross-v5',
  '@astral-sh/ruff-wasm-nodejs',
  '@lezer/python',
  'ignore',
];
/** Where package managers lay what this package needs: inside of it, or beside it. */
const HOMES = [join(PACKAGE, 'node_modules'), join(PACKAGE, '..')];

/** Sources, project, keys and their modes, and the version of this program and of its tools. */
function inputDigest({ device, keys, project }: BuildPaths): string | undefined {
  return digest((sum) => {
    sum.folder(device);
    sum.folder(keys);
    // Keys that others may read are refused.
    for (const name of readdirSync(keys)) sum.note(name, statSync(join(keys, name)).mode);
    sum.file(project);
    sum.file(join(PACKAGE, 'package.json'));
    // In a checkout: the TypeScript compiler writes it whenever it has compiled something.
    sum.note('compiled', statSync(join(PACKAGE, 'dist', '.tsbuildinfo'), { throwIfNoEntry: false })?.mtimeMs);
    for (const tool of TOOLS) for (const home of HOMES) sum.file(join(home, tool, 'package.json'));
  });
}

function outputDigest({ bdist }: BuildPaths): string | undefined {
  return digest((sum) => sum.folder(bdist));
}

/** Undefined for what cannot be read, is too much, or is no plain file: that is for the build to judge. */
function digest(collect: (sum: Sum) => void): string | undefined {
  const sum = new Sum();
  try {
    collect(sum);
    return sum.end();
  } catch {
    return undefined;
  }
}

class Sum {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** Name and content, or that there is no such file. */
  file(path: string): void {
    const bytes = readOptional(path);
    this.#bytes += bytes?.length ?? 0;
    if (this.#bytes > MAX_BYTES) throw new Error('too much to read');
    this.note(path, bytes?.length);
    this.#hash.update(bytes ?? '');
  }

  note(name: string, fact: number | undefined): void {
    this.#hash.update(`${name} ${fact}\n`);
  }

  folder(path: string): void {
    const entries = readdirSync(path, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = join(path, entry.name);
      if (entry.isFile()) this.file(inside);
      else if (entry.isDirectory()) this.folder(inside);
      else throw new Error('no plain file');
    }
  }

  end(): string {
    return this.#hash.digest('hex');
  }
}

function readOptional(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What was built, in lines for people. */
export function builtText(built: Built): string {
  const { bdist, keyIds, sets, missing, warnings, compiled, remembered, ms } = built;
  const lines = [
    `${whatWasBuilt(built)} in ${bdist}, key ${keyIds.join(',')}.`,
    ...unusedText(built),
    ...sets.map((set) => `  ${set}`),
    `  ${compiled} compiled, ${remembered} remembered, ${Math.round(ms)} ms`,
    ...warnings.map((warning) => `  Warning: ${warning}`),
    ...(missing.length === 0 ? [] : pendingText(bdist, missing)),
  ];
  return `${lines.join('\n')}\n`;
}

function whatWasBuilt({ release, isNew, isResigned }: Built): string {
  if (isNew) return `Release ${release}`;
  return isResigned ? `Release ${release} as it was, signed again,` : `Nothing new: release ${release} stays`;
}

function unusedText({ release, unused }: Built): string[] {
  if (unused === undefined) return [];
  return [
    `  --release ${unused} was not used: a number is for new content, and these sources are release ${release}.`,
  ];
}

function pendingText(bdist: string, missing: readonly string[]): string[] {
  return [
    `NOT READY: boards refuse it until ${missing.join(', ')} signed it as well. Take ${bdist}/ there, then`,
    '  npm run build                                   with the same sources: the signature says that they are',
    `  npm run sign-offline -- --key FILE ${bdist}          without them`,
  ];
}
