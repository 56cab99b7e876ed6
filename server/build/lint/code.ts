import { type Token, tokenize } from './tokens.js';

/**
 * One name that an import statement brings: `from module import name as local` or `import module as local`
 * (no `name`).
 */
export interface Imported {
  readonly module: string;
  readonly name: string | undefined;
  readonly local: string;
  readonly token: Token;
}

/** A source as the rules see it. */
export interface Code {
  /** Without comments. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Token[];
  readonly imports: readonly Imported[];
  /** Local name → module, for `import hashlib as h` and plain `import hashlib`. */
  readonly modules: ReadonlyMap<string, string>;
  /** Local name → `module.name`, for `from time import time as now`. */
  readonly members: ReadonlyMap<string, string>;
  /** Names of functions and methods defined here: `self.center()` may be one of them. */
  readonly defined: ReadonlySet<string>;
}

export function readCode(source: string): Code {
  const all = tokenize(source);
  const tokens = all.filter(({ kind }) => kind !== 'comment');
  const imports = readImports(tokens);
  const whole = imports.filter(({ name }) => name === undefined);
  const parts = imports.filter(({ name }) => name !== undefined);
  return {
    tokens,
    comments: all.filter(({ kind }) => kind === 'comment'),
    imports,
    modules: new Map(whole.map((imported) => [imported.local, boundModule(imported)])),
    members: new Map(parts.map(({ local, module, name }) => [local, `${module}.${name}`])),
    defined: new Set(tokens.filter((_, i) => tokens[i - 1]?.text === 'def').map(({ text }) => text)),
  };
}

const OLD_NAME =
  /^u(?=(?:asyncio|binascii|collections|errno|hashlib|io|json|os|random|re|select|socket|struct|sys|time)$)/;

/** `uos` and `os` are the same module under its old and its new name. */
export function plainModule(name: string): string {
  return name.replace(OLD_NAME, '');
}

function readImports(tokens: readonly Token[]): Imported[] {
  return tokens.flatMap((token, i) => {
    if (token.kind !== 'name' || !startsStatement(tokens, i)) return [];
    const words = statement(tokens, i);
    if (token.text === 'import') return clauses(words.slice(1)).map(wholeModule);
    return token.text === 'from' ? fromModule(words) : [];
  });
}

function startsStatement(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1];
  return before === undefined || before.kind === 'end' || before.text === ':' || before.text === ';';
}

/** The tokens from `i` to the end of the statement. */
function statement(tokens: readonly Token[], i: number): Token[] {
  const end = tokens.findIndex(({ kind, text }, k) => k >= i && (kind === 'end' || text === ';'));
  return tokens.slice(i, end === -1 ? tokens.length : end);
}

function fromModule(words: readonly Token[]): Imported[] {
  const split = words.findIndex(({ text }) => text === 'import');
  if (split === -1) return [];
  const module = plainModule(joined(words.slice(1, split)));
  const names = words.slice(split + 1).filter(({ text }) => text !== '(' && text !== ')');
  return clauses(names).map(({ dotted, local, token }) => ({ module, name: dotted, local, token }));
}

interface Clause {
  readonly dotted: string;
  readonly local: string;
  readonly token: Token;
}

/** `a.b as c, d` → one clause for each. Without `as` an import of `a.b` binds `a`. */
function clauses(words: readonly Token[]): Clause[] {
  const found: Clause[] = [];
  let rest = words;
  while (rest.length > 0) {
    const comma = rest.findIndex(({ text }) => text === ',');
    const part = comma === -1 ? rest : rest.slice(0, comma);
    if (part[0] !== undefined) found.push(clause(part, part[0]));
    rest = comma === -1 ? [] : rest.slice(comma + 1);
  }
  return found;
}

function clause(part: readonly Token[], first: Token): Clause {
  const as = part.findIndex(({ text }) => text === 'as');
  const dotted = joined(as === -1 ? part : part.slice(0, as));
  return { dotted, local: as === -1 ? first.text : (part[as + 1]?.text ?? first.text), token: first };
}

function wholeModule({ dotted, local, token }: Clause): Imported {
  return { module: plainModule(dotted), name: undefined, local, token };
}

/** `import os.path` binds `os`, `import os.path as p` binds `p` to the inner module. */
function boundModule({ module, local }: Imported): string {
  const top = module.split('.')[0] ?? module;
  return local === top ? top : module;
}

function joined(words: readonly Token[]): string {
  return words.map(({ text }) => text).join('');
}
