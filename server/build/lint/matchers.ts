/**
 * The small vocabulary in which the rules are written: each function makes a search that gives the tokens to
 * blame.
 */
import type { Code } from './code.js';
import type { Token } from './tokens.js';

/** What a rule may know beside the source itself. */
export interface LintContext {
  /** Top-level modules that the project brings along: their import is fine whatever the firmware has. */
  readonly ownModules: ReadonlySet<string>;
}

export type Search = (code: Code, around: LintContext) => readonly Token[];

/** Import of one of these modules or of something below them. */
export function importing(...modules: string[]): Search {
  return ({ imports }, { ownModules }) =>
    imports
      .filter(({ module }) => modules.some((name) => module === name || module.startsWith(`${name}.`)))
      .filter(({ module }) => !ownModules.has(module.split('.')[0] ?? ''))
      .map(({ token }) => token);
}

/** `module.name` used or imported, under whatever local name. */
export function member(module: string, ...names: string[]): Search {
  return (code, { ownModules }) => {
    if (ownModules.has(module)) return [];
    const imported = code.imports.filter((one) => one.module === module && names.includes(one.name ?? ''));
    const used = code.tokens.filter((_, i) => names.includes(memberAt(code, i, module) ?? ''));
    return [...imported.map(({ token }) => token), ...used];
  };
}

/** A call of a method with one of these names that this file does not define itself. */
export function method(...names: string[]): Search {
  return ({ tokens, defined }) =>
    tokens.filter(
      ({ text }, i) =>
        names.includes(text) &&
        !defined.has(text) &&
        textAt(tokens, i - 1) === '.' &&
        textAt(tokens, i + 1) === '(',
    );
}

/** A built-in name that is read, not an attribute, a definition, a keyword argument or an assignment. */
export function builtin(name: string): Search {
  return ({ tokens, defined }) =>
    tokens.filter(
      (token, i) => token.kind === 'name' && token.text === name && !defined.has(name) && isRead(tokens, i),
    );
}

/** A call of a built-in function. */
export function calling(name: string, when: (args: readonly Token[][]) => boolean = () => true): Search {
  const reads = builtin(name);
  return (code, around) =>
    reads(code, around).filter((token) => {
      const i = code.tokens.indexOf(token);
      return textAt(code.tokens, i + 1) === '(' && when(readArguments(code.tokens, i + 1));
    });
}

/** Any of several searches. */
export function anyOf(...searches: Search[]): Search {
  return (code, around) => searches.flatMap((search) => search(code, around));
}

/** True when an argument list has one of these keywords. */
export function hasKeyword(...names: string[]): (args: readonly Token[][]) => boolean {
  return (args) => args.some(([name, equals]) => equals?.text === '=' && names.includes(name?.text ?? ''));
}

/** The arguments of the call whose bracket opens at `open`. */
export function readArguments(tokens: readonly Token[], open: number): Token[][] {
  const args: Token[][] = [[]];
  for (let i = open + 1, depth = 0; i < tokens.length && depth >= 0; i += 1) {
    const token = tokens[i];
    if (token === undefined || token.kind === 'end') break;
    depth += bracketStep(token);
    if (depth === 0 && token.text === ',') args.push([]);
    else if (depth >= 0) args.at(-1)?.push(token);
  }
  return args.filter((arg) => arg.length > 0);
}

/** +1 for an opening bracket, -1 for a closing one. */
export function bracketStep({ kind, text }: Token): number {
  if (kind !== 'op') return 0;
  if ('([{'.includes(text)) return 1;
  return ')]}'.includes(text) ? -1 : 0;
}

export function textAt(tokens: readonly Token[], i: number): string {
  return tokens[i]?.text ?? '';
}

/** The member of `module` that token `i` names, as in `hashlib.md5` with `i` at `md5`. */
export function memberAt({ tokens, modules }: Code, i: number, module: string): string | undefined {
  if (textAt(tokens, i - 1) !== '.' || ['.', 'import'].includes(textAt(tokens, i - 3))) return undefined;
  return modules.get(textAt(tokens, i - 2)) === module ? textAt(tokens, i) : undefined;
}

function isRead(tokens: readonly Token[], i: number): boolean {
  return (
    !['.', 'def', 'class', 'import', 'as'].includes(textAt(tokens, i - 1)) && textAt(tokens, i + 1) !== '='
  );
}
