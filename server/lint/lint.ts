import { basename } from 'node:path';
import { SoftOtaError } from '../errors.js';
import { comparePaths } from '../manifest/paths.js';
import { readAllowed } from './allow.js';
import { type Code, readCode } from './code.js';
import { ESP8266_RULES } from './esp8266.js';
import { createLocator } from './lines.js';
import type { Surroundings } from './matchers.js';
import { openMemory } from './memory.js';
import { askRuff } from './ruff.js';
import { RULES_OFF_IN_INIT } from './ruff-rules.js';

/** One place in a source that has to change. */
export interface Finding {
  readonly file: string;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

export interface LintOptions {
  /** False for projects whose boards are no ESP8266. */
  readonly esp8266: boolean;
  /** Ids of rules to leave out, `ESP003` as well as ruff's `F401`. */
  readonly rulesOff: readonly string[];
  /** Folder where findings are remembered. */
  readonly cache?: string;
}

/**
 * Everything that the rules find in device code: path → text. Sorted by file, line and column. With a cache,
 * only files are looked at that changed since.
 */
export async function lintTree(
  sources: ReadonlyMap<string, string>,
  options: LintOptions,
): Promise<Finding[]> {
  const around = { ownModules: new Set([...sources.keys()].flatMap(moduleNames).sort()) };
  const recall = openMemory(options.cache);
  const { esp8266 } = options;
  const found = await recall([esp8266, ...sources], async () => {
    const files = [...sources].map(([file, source]) =>
      recall([esp8266, [...around.ownModules], file, source], () => lintFile(file, source, esp8266, around)),
    );
    return (await Promise.all(files)).flat();
  });
  const off = new Set(options.rulesOff);
  return found.filter(({ rule }) => !off.has(rule)).sort(compareFindings);
}

async function lintFile(
  file: string,
  source: string,
  esp8266: boolean,
  around: Surroundings,
): Promise<Finding[]> {
  const asked = askRuff(source);
  const code = readCode(source);
  const locate = createLocator(source);
  const own = esp8266 ? esp8266Findings(file, code, around, locate) : [];
  const general = (await asked).map((finding) => ({ file, ...finding })).filter((one) => !isOffInInit(one));
  const allowed = readAllowed(code.comments, (at) => locate(at).line);
  return [...own, ...general].filter(({ line, rule }) => !allowed.get(line)?.includes(rule));
}

/**
 * Throws `lint_failed` with one line for each finding, `file:line:col rule message`; does nothing when there
 * is none.
 */
export function stopOnFindings(findings: readonly Finding[]): void {
  if (findings.length > 0) throw new SoftOtaError('lint_failed', findings.map(formatFinding).join('\n'));
}

/** As compilers print it, so that editors can jump to it. */
export function formatFinding({ file, line, column, rule, message }: Finding): string {
  return `${file}:${line}:${column} ${rule} ${message}`;
}

type Locate = ReturnType<typeof createLocator>;

function esp8266Findings(file: string, code: Code, around: Surroundings, locate: Locate): Finding[] {
  return ESP8266_RULES.flatMap(({ id, finds, instead, search }) =>
    search(code, around).map((token) => ({
      file,
      ...locate(token.at),
      rule: id,
      message: `${finds}; write instead: ${instead}`,
    })),
  );
}

/** `x.py` and `x/…` bring a module `x`, and so do `lib/x.py` and `lib/x/…`, since `/lib` is on the path. */
function moduleNames(path: string): string[] {
  const [first = '', second = ''] = path.split('/').map((part) => part.replace(/\.py$/, ''));
  return first === 'lib' ? [second] : [first];
}

function isOffInInit({ file, rule }: Finding): boolean {
  return basename(file) === '__init__.py' && RULES_OFF_IN_INIT.has(rule);
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    comparePaths(a.file, b.file) || a.line - b.line || a.column - b.column || comparePaths(a.rule, b.rule)
  );
}
