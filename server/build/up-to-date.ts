/**
 * The last build, remembered as a whole: when nothing that it read and nothing that it left has changed since, then there
 * is nothing to do, and no compiler, no linter and almost none of this program has to be loaded to say so. That is why this
 * file imports nothing of the rest but two that import nothing.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Built } from './built.js';
import { Sum } from './files-digest.js';

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
/** Every field that is always there, so that a new one cannot be forgotten here. */
type ShapeOf<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: Shape[string] };

const PLACES: ShapeOf<BuildPaths> = {
  device: 'string',
  keys: 'string',
  bdist: 'string',
  project: 'string',
  lock: 'string',
};
const BUILT: ShapeOf<Built> = {
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
