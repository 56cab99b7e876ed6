import { basename } from 'node:path';
import ignore from 'ignore';
import { comparePaths } from '../../signing/paths.js';
import type { Finding } from '../finding.js';
import { createLocator } from '../positions.js';
import { openLintCache } from './cache.js';
import { type Code, readCode } from './code.js';
import { unconfirmed } from './confirm.js';
import { ESP8266_RULES } from './esp8266.js';
import { assembledLines, builtInDecorators } from './machine-code.js';
import type { LintContext } from './matchers.js';
import type { RuffFinding } from './messages.js';
import { askRuff } from './ruff.js';
import { INVALID_SYNTAX, RULES_OFF_IN_INIT, severityOf } from './ruff-rules.js';
import { readSuppressions } from './suppressions.js';

export interface LintOptions {
  /** False for projects whose boards are no ESP8266. */
  readonly esp8266: boolean;
  /** Ids of rules to leave out, `ESP003` as well as ruff's `F401`. */
  readonly rulesOff: readonly string[];
  /** `off`: sources that are not looked at, as lines of a .gitignore in the device folder. */
  readonly lint?: { readonly off?: readonly string[] };
  /** Folder where findings are remembered. */
  readonly cache?: string;
}

/**
 * Everything that the rules find in device code: path → text. Sorted by file, line and column. With a cache,
 * only files are looked at that changed since.
 * @param signal aborted when nobody wants to know any more
 */
export async function lintTree(
  sources: ReadonlyMap<string, string>,
  options: LintOptions,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const around = { ownModules: new Set([...sources.keys()].flatMap(moduleNames).sort()) };
  const recall = openLintCache(options.cache);
  const { esp8266 } = options;
  const off = ignore({ ignorecase: false }).add(options.lint?.off ?? []);
  const seen = [...sources].filter(([file]) => !off.ignores(file));
  const found = await recall([esp8266, ...seen], async () => {
    const files = seen.map(([file, source]) =>
      recall([esp8266, [...around.ownModules], file, source], () =>
        lintFile(file, source, esp8266, around, signal),
      ),
    );
    return (await Promise.all(files)).flat();
  });
  const rulesOff = new Set(options.rulesOff);
  return [...found, ...unconfirmed(sources)].filter(({ rule }) => !rulesOff.has(rule)).sort(compareFindings);
}

async function lintFile(
  file: string,
  source: string,
  esp8266: boolean,
  around: LintContext,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  const asked = askRuff(source, signal);
  const code = readCode(source);
  const locate = createLocator(source);
  const own = esp8266 ? esp8266Findings(file, code, around, locate) : [];
  const general = ruffFindings(file, code, locate, await asked);
  const allowed = readSuppressions(code.comments, (at) => locate(at).line);
  return [...own, ...general].filter(({ line, rule }) => !allowed.get(line)?.includes(rule));
}

type Locate = ReturnType<typeof createLocator>;

function esp8266Findings(file: string, code: Code, around: LintContext, locate: Locate): Finding[] {
  return ESP8266_RULES.flatMap(({ id, finds, instead, search, severity = 'error' }) =>
    search(code, around).map((token) => ({
      file,
      ...locate(token.at),
      rule: id,
      severity,
      message: `${finds}; write instead: ${instead}`,
    })),
  );
}

/** What ruff found, without what only MicroPython's own compiler understands. */
function ruffFindings(file: string, code: Code, locate: Locate, found: readonly RuffFinding[]): Finding[] {
  const assembled = assembledLines(code, locate);
  const decorators = new Set([...builtInDecorators(code)].map((at) => place(locate(at))));
  const isForeign = (one: RuffFinding) =>
    one.rule !== INVALID_SYNTAX &&
    (assembled.some(({ from, until }) => one.line > from && one.line <= until) ||
      (one.rule === 'F821' && decorators.has(place(one))));
  return found
    .filter((one) => !isForeign(one) && !isOffInInit(file, one))
    .map((one) => ({ file, ...one, severity: severityOf(one.rule) }));
}

function place({ line, column }: { line: number; column: number }): string {
  return `${line}:${column}`;
}

/** `x.py` and `x/…` bring a module `x`, and so do `lib/x.py` and `lib/x/…`, since `/lib` is on the path. */
function moduleNames(path: string): string[] {
  const [first = '', second = ''] = path.split('/').map((part) => part.replace(/\.py$/, ''));
  return first === 'lib' ? [second] : [first];
}

function isOffInInit(file: string, { rule }: RuffFinding): boolean {
  return basename(file) === '__init__.py' && RULES_OFF_IN_INIT.has(rule);
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    comparePaths(a.file, b.file) || a.line - b.line || a.column - b.column || comparePaths(a.rule, b.rule)
  );
}
