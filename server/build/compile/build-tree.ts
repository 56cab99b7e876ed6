import { join } from 'node:path';
import { SoftOtaError } from '../../errors.js';
import { comparePaths } from '../../signing/paths.js';
import type { Finding } from '../finding.js';
import type { Minified } from '../minify/minify.js';
import type { NameMap } from '../minify/names.js';
import { isShipped } from '../minify/shipped.js';
import { checkNames, isGuard, pythonText, readSources, type Source } from '../sources.js';
import { openCache } from './cache.js';
import { type CachedCompile, withCache } from './cached-compiler.js';
import type { Compiler } from './compiler.js';
import { packed } from './gzip.js';
import type { Abi } from './messages.js';
import { checkAbi } from './output.js';
import { type BuildResult, type FileResult, type Produced, selectSets } from './select-sets.js';
import { checkShadows } from './shadow.js';
import { stripLines, stripped } from './strip.js';

export type { Abi } from './messages.js';

/** One file as it will lie on the device: compiled sources are called .mpy. */
export interface DeviceFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** Everything for the boards of one .mpy version, sorted by path bytes. */
export interface AbiSet {
  readonly abi: Abi;
  readonly files: readonly DeviceFile[];
}

export interface Warning {
  /** As a terminal can open it. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** As compilers print it. */
export function warningText({ file, line, column, message }: Warning): string {
  return `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${message}`;
}

export interface Tree {
  readonly sets: readonly AbiSet[];
  /** boot.py and its part of rescue/, stripped, in no set; empty when there is none. */
  readonly guard: readonly DeviceFile[];
  /** What boards call otherwise than the sources do. */
  readonly names: NameMap;
  readonly warnings: readonly Warning[];
  /** Runs of the compiler in this build. */
  readonly compiled: number;
  /** Results that were taken from memory instead. */
  readonly remembered: number;
}

export interface TreeOptions {
  readonly device: string;
  /** The versions to build. The highest one must succeed, a lower one that fails is left out with a warning. */
  readonly abis: readonly Abi[];
  /** Folder of the remembered results. */
  readonly cache: string;
  /** Sources that the board compiles itself. */
  readonly keepSource: readonly string[];
  /** Whether private names become words that boards have in ROM. Without a word only those of this package's own device/. */
  readonly minify?: boolean;
  /** Instead of .otaignore in the device folder. */
  readonly ignoreFile?: string;
  /** Runs beside the compiler on all Python sources. */
  readonly inspect?: (sources: ReadonlyMap<string, string>) => Promise<readonly Finding[]>;
  /** Aborted when the sources have changed meanwhile: then the compiler is stopped. */
  readonly signal?: AbortSignal;
}

/**
 * From the device folder to what each kind of board gets. The same sources give the same bytes, whatever the
 * time zone, locale, umask, order of the folder and line ends. Throws {@link SoftOtaError}, or the reason of the aborted
 * signal; nothing is half built then.
 */
export async function buildTree(options: TreeOptions, compiler: Compiler): Promise<Tree> {
  const sources = await readSources(options.device, options.ignoreFile);
  const guard = sources.filter((source) => !isReleased(source)).map(stripped);
  const keep = new Set([...options.keepSource, ...guard.map(({ path }) => path)]);
  const released = sources.filter(isReleased);
  checkNames(new Map(released.map(({ path, place }) => [devicePath(path, keep), place])));
  checkShadows(
    released.map(({ path }) => path),
    (path) => join(options.device, path),
  );
  const small = options.minify ?? isShipped(options.device);
  const compile = withCache(compiler, openCache(options.cache));
  const run: Run = { keep, compile, small, signal: options.signal };
  const [findings, { attempts, names }] = await Promise.all([
    options.inspect?.(pythonText(sources)),
    attemptSets(options.abis, sources, run),
  ]);
  const { passed, warnings } = selectSets(attempts, findings, compiler);
  return { sets: passed.map((attempt) => toSet(attempt, keep)), guard, names, warnings, ...count(attempts) };
}

/** What all files of a build share. */
interface Run {
  /** Sources that the board compiles itself. */
  readonly keep: ReadonlySet<string>;
  readonly compile: CachedCompile;
  /** Whether boards get less than the sources say. */
  readonly small: boolean;
  readonly signal: AbortSignal | undefined;
}

async function attemptSets(abis: readonly Abi[], sources: readonly Source[], run: Run) {
  const { files, names } = await shortened(sources, run);
  const attempts = await Promise.all(abis.map((abi) => attemptSet(abi, files, run)));
  return { attempts, names };
}

async function shortened(files: readonly Source[], { small, keep }: Run): Promise<Minified<Source>> {
  if (!small) return { files, names: new Map() };
  // Its parser is loaded for those who need it.
  return (await import('../minify/minify.js')).minify(files, keep);
}

async function attemptSet(abi: Abi, sources: readonly Source[], run: Run): Promise<BuildResult> {
  return { abi, files: await Promise.all(sources.map((source) => attemptFile(abi, source, run))) };
}

async function attemptFile(abi: Abi, source: Source, run: Run): Promise<FileResult> {
  try {
    return { source, ...(await produce(abi, source, run)) };
  } catch (error) {
    if (error instanceof SoftOtaError) return { source, result: error, cached: undefined };
    throw error;
  }
}

async function produce(abi: Abi, { path, place, bytes }: Source, run: Run): Promise<Produced> {
  const { keep, compile, small, signal } = run;
  if (path.endsWith('.mpy')) checkAbi(bytes, abi, place);
  if (!path.endsWith('.py')) return { result: packed(bytes), cached: undefined };
  const checkOnly = keep.has(path);
  const job = { abi, path: place, source: bytes, checkOnly, ...(signal === undefined ? {} : { signal }) };
  const { result, cached } = await compile(job);
  const kept = small ? stripLines(bytes) : bytes;
  return { result: checkOnly && Buffer.isBuffer(result) ? kept : result, cached };
}

function toSet({ abi, files }: BuildResult, keep: ReadonlySet<string>): AbiSet {
  const released = files.filter(({ source }) => isReleased(source));
  const named = released.map(({ source, result }) => ({
    path: devicePath(source.path, keep),
    bytes: bytesOf(result),
  }));
  return { abi, files: named.sort((a, b) => comparePaths(a.path, b.path)) };
}

function bytesOf(result: Buffer | SoftOtaError): Buffer {
  if (result instanceof SoftOtaError) throw result;
  return result;
}

function count(attempts: readonly BuildResult[]): Pick<Tree, 'compiled' | 'remembered'> {
  const all = attempts.flatMap(({ files }) => files.map(({ cached: remembered }) => remembered));
  return {
    compiled: all.filter((known) => known === false).length,
    remembered: all.filter((known) => known).length,
  };
}

function isReleased({ path }: Source): boolean {
  return !isGuard(path);
}

function devicePath(path: string, keep: ReadonlySet<string>): string {
  return path.endsWith('.py') && !keep.has(path) ? `${path.slice(0, -'py'.length)}mpy` : path;
}
